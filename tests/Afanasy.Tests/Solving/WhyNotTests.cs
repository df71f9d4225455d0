using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Model;
using AfServer.Solving;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Solving;

public sealed class WhyNotTests
{
    private readonly TestFarm _farm = new();
    private readonly Solver _solver;

    public WhyNotTests() => _solver = new Solver(_farm.Farm);

    [Test]
    public void A_farm_without_renders_says_so() => Assert.That(Why(Submit(Frames("a", 1))).Reason, Is.EqualTo("No render has joined the farm yet."));

    [Test]
    public void Every_render_is_counted_under_the_first_reason_that_excludes_it()
    {
        var job = Submit(Frames("a", 1) with { Service = "blender", Capacity = 800 });
        _farm.Join("away");
        Online("nuke", services: "nuke");
        Online("tiny", capacity: 500);
        Fill(Online("busy", capacity: 1000));
        Fill(Online("slot", capacity: 9000, maxTasks: 1));

        var why = Why(job);

        Assert.That(why.Reason, Is.EqualTo("All 2 renders that could take it are busy."));
        Assert.That(why.Renders, Is.EqualTo(5));
        Assert.That(why.Excluded, Is.EqualTo(new[]
        {
            new Exclusion(Misfit.Offline, 1, "not connected", Reasons.Advice(Misfit.Offline)),
            new Exclusion(Misfit.Service, 1, "do not offer 'blender'", Reasons.Advice(Misfit.Service)),
            new Exclusion(Misfit.TooSmall, 1, "have less than capacity 800 in all", Reasons.Advice(Misfit.TooSmall)),
            new Exclusion(Misfit.NoSlot, 1, "run as many tasks as they may", Reasons.Advice(Misfit.NoSlot)),
            new Exclusion(Misfit.Busy, 1, "have less than capacity 800 free", Reasons.Advice(Misfit.Busy)),
        }));
    }

    [Test]
    public void The_counts_are_those_of_the_judgement_that_solves([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var job = Submit(Frames("a", 1) with { Service = "blender", Capacity = random.Next(1, 3000) });
        for (var i = 0; i < 20; i++)
        {
            var render = _farm.Join($"r{i}", random.Next(1, 4000), random.Next(3), random.Next(3) == 0 ? ["nuke"] : []);
            if (random.Next(2) == 0) Fill(render);
            if (random.Next(4) > 0) _solver.SetOnline(render, true);
        }

        _solver.Refresh(_farm.Farm.Touches, Noon);
        var why = Why(job);

        var judged = _farm.Farm.Renders.Values.Select(render => Fit.Judge(Need.Of(job.Blocks[0], 0), render, _solver.IsOnline(render.Id))).ToList();
        foreach (var misfit in Enum.GetValues<Misfit>().Where(misfit => misfit != Misfit.None))
            Assert.That(why.Excluded.SingleOrDefault(exclusion => exclusion.Reason == misfit)?.Count ?? 0, Is.EqualTo(judged.Count(other => other == misfit)), misfit.ToString());
        Assert.That(why.Fitting > 0, Is.EqualTo(judged.Contains(Misfit.None)));
        Assert.That(_solver.Next(Noon)?.Run.Job == job.Id, Is.EqualTo(judged.Contains(Misfit.None)), "what is explained is what is solved");
    }

    [Test]
    public void An_unknown_service_is_named()
    {
        Online("nuke", services: "nuke");
        _farm.Join("away");

        Assert.That(Why(Submit(Frames("a", 1) with { Service = "blendr" })).Reason, Is.EqualTo("The only render that is online does not offer 'blendr'."));
    }

    [Test]
    public void Too_small_renders_are_named()
    {
        Online("tiny", capacity: 500);
        Online("nuke", services: "nuke");

        Assert.That(Why(Submit(Frames("a", 1))).Reason, Is.EqualTo("No render fits: 1 does not offer 'generic', 1 has less than capacity 1000 in all."));
    }

    [Test]
    public void Renders_that_are_away_are_named()
    {
        _farm.Join("a");
        _farm.Join("b");

        Assert.That(Why(Submit(Frames("a", 1))).Reason, Is.EqualTo("All 2 renders are offline."));
    }

    [Test]
    public void The_job_itself_can_be_the_reason()
    {
        var render = Online("r1", capacity: 100_000);
        var paused = Submit(Frames("a", 1));
        _farm.Apply(new Change.JobPaused(paused.Id) { At = Noon });
        var failed = Submit(Frames("a", 1, retries: 0), Frames("b", 1, after: "a"));
        _farm.Fail(failed, 0, 0, render);
        var going = Submit(Frames("a", 1));
        _farm.Start(going, 0, 0, render);
        _farm.Apply(new Change.JobDeletionAsked(going.Id) { At = Noon });
        var done = Submit(Frames("a", 1));
        _farm.Skip(done, 0, 0, 0);

        Assert.That(Why(paused).Reason, Is.EqualTo("The job is paused."));
        Assert.That(Why(failed).Reason, Is.EqualTo("1 tasks failed more often than their block allows."));
        Assert.That(Why(going).Reason, Is.EqualTo("The job is being deleted; 1 running tasks are being ended first."));
        Assert.That(Why(done).Reason, Is.Null);
        Assert.That(Why(_farm.Submit(new JobDescription { UserName = "u", Priority = 0, Blocks = [Frames("a", 1)] })).Reason, Is.EqualTo("The job has priority 0, which starts nothing."));
        Assert.That(Why(_farm.Submit(new JobDescription { UserName = "u", MaxRunningTasks = 0, Blocks = [Frames("a", 1)] })).Reason, Is.EqualTo("The job has a limit of 0 tasks, which starts nothing."));
        Assert.That(Why(Submit(Frames("a", 1) with { MaxRunningTasks = 0 })).Reason, Is.EqualTo("max_running_tasks or max_running_tasks_per_host of the block is 0, which starts nothing."));
    }

    private Job Submit(params BlockDescription[] blocks) => _farm.Submit(blocks);

    private Explanation Why(Job job)
    {
        _solver.Refresh(_farm.Farm.Touches, Noon);
        return new WhyNot(_farm.Farm, _solver, Noon).Explain(job);
    }

    private Render Online(string name, int capacity = 1000, int maxTasks = 0, params string[] services)
    {
        var render = _farm.Join(name, capacity, maxTasks, services);
        _solver.SetOnline(render, true);
        return render;
    }

    /// <summary>Gives a render a task that takes 900 of its capacity.</summary>
    private void Fill(Render render)
    {
        var job = _farm.Submit(new JobDescription { Name = "filler", UserName = "u", Priority = 0, Blocks = [Frames("a", 1) with { Capacity = 900 }] });
        _farm.Start(job, 0, 0, render);
    }
}
