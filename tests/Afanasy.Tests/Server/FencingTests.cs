using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

/// <summary>The number of a run is its fence: what was given to another render cannot be ended by the first.</summary>
public sealed class FencingTests
{
    private readonly ScratchFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task The_end_of_an_older_run_is_refused_with_a_reason_however_often_it_is_said()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var first = await ScriptedRender.JoinAsync(server, "first");
        var old = (await first.StartAsync()).Run;
        var (back, second, present) = await GiveToSecondAsync(server, first);

        for (var time = 1; time <= 2; time++)
        {
            Assert.That(await back.EndAsync(old), Is.EqualTo($"Run {old} is not running: it has ended already, or its job is gone."));
            Assert.That(await back.EndAsync(present), Is.EqualTo($"Run {present} belongs to second."));
        }

        Assert.That(await second.EndAsync(present), Is.Empty);
        Assert.That(await second.EndAsync(present), Does.StartWith($"Run {present} is not running"), "an end is taken once");
        Assert.That((await server.RunsAsync(job, 0)).Select(run => run.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "render lost", "done" }));
        await back.DisposeAsync();
        await second.DisposeAsync();
    }

    [Test]
    public async Task The_fence_stands_after_a_restart()
    {
        var settings = RunningServer.Quick with { Data = _folder.At("server") };
        TaskRunId old, present;
        await using (var server = await RunningServer.StartAsync(settings))
        {
            await server.SubmitAsync(TestJobs.Frames(1));
            await using var first = await ScriptedRender.JoinAsync(server, "first");
            old = (await first.StartAsync()).Run;
            (var back, var second, present) = await GiveToSecondAsync(server, first);
            await back.DisposeAsync();
            await second.DisposeAsync();
        }

        await using var again = await RunningServer.StartAsync(settings);
        await using var late = await ScriptedRender.JoinAsync(again, "first", held: [new HeldRun(old, true), new HeldRun(present, true)]);
        await using var owner = await ScriptedRender.JoinAsync(again, "second", held: new HeldRun(present, false));

        Assert.That(late.Registered.Verdicts.Select(verdict => verdict.Keep), Is.All.False);
        Assert.That(await late.EndAsync(old), Does.StartWith($"Run {old} is not running"));
        Assert.That(await late.EndAsync(present), Is.EqualTo($"Run {present} belongs to second."));
        Assert.That(await owner.EndAsync(present), Is.Empty);
    }

    /// <summary>The first render comes back without its run, and the second one is given the frame.</summary>
    private static async Task<(ScriptedRender Back, ScriptedRender Second, TaskRunId Run)> GiveToSecondAsync(RunningServer server, ScriptedRender first)
    {
        var second = await ScriptedRender.JoinAsync(server, "second");
        first.Reset();
        await server.UntilOfflineAsync("first");
        var back = await ScriptedRender.JoinAsync(server, "first");
        return (back, second, (await second.StartAsync()).Run);
    }
}
