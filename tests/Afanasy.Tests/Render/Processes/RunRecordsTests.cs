using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Processes;

namespace Afanasy.Tests.Agents;

public sealed class RunRecordsTests
{
    private readonly ScratchFolder _folder = new();
    private readonly RunRecords _records;

    public RunRecordsTests() => _records = new RunRecords(_folder.Path);

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void What_is_written_is_read_again()
    {
        var order = new RunStart
        {
            Run = RunBench.Run,
            JobName = "shot \"äöü\"",
            Service = "generic",
            Command = "echo '$HOME'\n",
            Environment = new Dictionary<string, string> { ["A"] = "b c" },
            Files = ["a.exr", "b.exr"],
            FrameFirst = -5,
            FrameLast = 10_000_000_000,
            Gpus = [0, 2],
            Hosts = ["r1"],
            BlockFlags = (long)BlockTraits.CheckRenderedFiles,
            FileSizeMin = 7,
            CommandPost = "true",
        };
        var result = new RunResult(RunOutcome.BadFiles, -3, "It is \"so\".", TimeSpan.FromMilliseconds(1234.5));
        var state = new RunState(RunRecords.Version, RunStep.Post, BeganAt: long.MaxValue, MainOutputAt: 42, result);

        _records.WriteOrder(order);
        _records.WriteState(state);
        _records.WriteResult(RunBench.Run, result);

        Assert.That(_records.ReadOrder(), Is.EqualTo(order).UsingPropertiesComparer());
        Assert.That(_records.ReadState(), Is.EqualTo(state));
        Assert.That(_records.ReadResult(), Is.EqualTo(new KeptResult(RunRecords.Version, RunBench.Run, result)));
    }

    [Test]
    public void A_run_without_a_result_has_none()
    {
        Assert.That(_records.ReadResult(), Is.Null);
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[1]")]
    [TestCase("{\"Version\":1,\"Step\":2")]
    [TestCase("{\"Version\":1}")]
    [TestCase("{\"Version\":2,\"Step\":2,\"BeganAt\":1,\"MainOutputAt\":0,\"Main\":null}")]
    [TestCase("{\"Version\":1,\"Step\":9,\"BeganAt\":1,\"MainOutputAt\":0,\"Main\":null}")]
    [TestCase("{\"Version\":1,\"Step\":3,\"BeganAt\":1,\"MainOutputAt\":0,\"Main\":null}")]
    [TestCase("{\"Version\":1,\"Step\":2,\"BeganAt\":1,\"MainOutputAt\":-1,\"Main\":null}")]
    public void A_damaged_state_is_named(string text)
    {
        var file = _folder.Write("state.json", text);

        Assert.That(() => _records.ReadState(), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith($"{file} cannot be used: "));
    }

    [TestCase("{}")]
    [TestCase("{\"Version\":1,\"Run\":{},\"Result\":null}")]
    [TestCase("{\"Version\":1,\"Run\":{},\"Result\":{\"Outcome\":99,\"ExitCode\":0,\"Reason\":\"\",\"Elapsed\":\"00:00:01\"}}")]
    public void A_damaged_result_is_named(string text)
    {
        var file = _folder.Write("result.json", text);

        Assert.That(() => _records.ReadResult(), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith($"{file} cannot be used: "));
    }

    [TestCase(null)]
    [TestCase("{}")]
    [TestCase("{\"Run\":{}}")]
    [TestCase("{\"Version\":1}")]
    [TestCase("{\"Version\":1,\"Order\":{}}")]
    [TestCase("{\"Version\":2,\"Order\":{\"Run\":{}}}")]
    public void An_order_that_is_missing_or_no_order_is_named(string? text)
    {
        if (text is not null) _folder.Write("order.json", text);
        Assert.That(() => _records.ReadOrder(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("order.json cannot be used: "));
    }

    [Test]
    public void The_numbers_of_the_steps_never_change()
    {
        Assert.That(Enum.GetValues<RunStep>().Select(step => $"{step}={(int)step}"), Is.EqualTo(new[] { "Pre=1", "Main=2", "Post=3" }));
    }
}
