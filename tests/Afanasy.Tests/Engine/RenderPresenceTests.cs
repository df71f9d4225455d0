using System.Buffers;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Engine;

namespace Afanasy.Tests.Engine;

public sealed class RenderPresenceTests
{
    private const int Runs = 100;

    /// <summary>Of three bytes each, so that a command is as long as one can be.</summary>
    private static readonly string _long = new('文', JobProblems.CommandBytesMax / 3);

    private static readonly IReadOnlyList<string> _hosts = [.. Enumerable.Repeat(new string('文', JobProblems.NameLengthMax), BlockProblems.HostsPerTaskMax)];

    private static IEnumerable<TestCaseData<RunStart>> LongStarts =>
    [
        new(Of() with { Command = _long }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(command)" },
        new(Of() with { CommandPre = _long }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(command_pre)" },
        new(Of() with { CommandPost = _long }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(command_post)" },
        new(Of() with { CustomData = _long }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(custom_data)" },
        new(Of() with { Files = [_long] }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(files)" },
        new(Of() with { Hosts = _hosts }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(hosts)" },
        new(Of() with { Environment = new Dictionary<string, string> { ["A"] = _long } }) { TestName = "Orders_fit_in_a_packet_whatever_is_long(environment)" },
    ];

    [TestCaseSource(nameof(LongStarts))]
    public void Orders_fit_in_a_packet_whatever_is_long(RunStart start)
    {
        var (bench, session) = (new EngineBench(), new Session());
        var render = bench.Join("r");
        var job = bench.Submit(frames: Runs);
        for (var task = 0; task < Runs; task++) bench.StartUnheard(job, task, render);
        var presence = bench.View.Presences.Of(render);
        presence.Attach(session, "1", [], bench.View);

        for (var report = 1; report <= Runs; report++)
        {
            presence.Grant(report);
            presence.TrySpend(run => start with { Run = run.Id }, bench.View.Now);
        }

        Assert.That(session.Sent.SelectMany(orders => orders.Starts.Select(told => told.Run.Task)), Is.EquivalentTo(Enumerable.Range(0, Runs)));
        Assert.That(session.Sent.Max(BytesOf), Is.AtMost(WireLimits.PacketBytesMax));
    }

    private static RunStart Of() => new() { Run = new TaskRunId(new JobId(1), 0, 0, 1) };

    private static int BytesOf(RenderOrders orders)
    {
        var packet = new ArrayBufferWriter<byte>();
        PacketWriter.Write(packet, orders, 1, 1);
        return packet.WrittenCount;
    }

    private sealed class Session : IRenderSession
    {
        public List<RenderOrders> Sent { get; } = [];

        public string Peer => "here";

        public void Send(RenderOrders orders, long responseId) => Sent.Add(orders);

        public void End(string reason)
        {
        }
    }
}
