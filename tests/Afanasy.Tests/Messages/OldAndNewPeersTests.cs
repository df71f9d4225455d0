using System.Buffers;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Wire;
using Afanasy.Wire;

namespace Afanasy.Tests.Messages;

public sealed class OldAndNewPeersTests
{
    private delegate void Writing(ref MessagePackWriter writer);

    [TestCaseSource(typeof(MessageSample), nameof(MessageSample.All))]
    public void What_a_newer_peer_adds_is_skipped(MessageSample sample)
    {
        // Every body is an array of fewer than 14 elements, so its header is one byte.
        byte[] newer = [(byte)(sample.Bytes[0] + 2), .. sample.Bytes[1..], MessagePackCode.MinFixArray + 1, 1, 0xa1, 0x78];
        byte[] followed = [.. newer, MessagePackCode.True];

        Assert.That(sample.ReadJson(new ReadOnlySequence<byte>(newer)), Is.EqualTo(sample.Json));
        Assert.That(sample.ReadJson(new ReadOnlySequence<byte>(followed)), Is.EqualTo(sample.Json));
    }

    [Test]
    public void What_a_newer_peer_adds_inside_is_skipped()
    {
        var report = Read<RenderReport>((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(3);
            w.WriteNil();
            w.WriteArrayHeader(0);
            w.WriteArrayHeader(1);
            w.WriteArrayHeader(7);
            w.WriteArrayHeader(5);
            for (var number = 1; number <= 5; number++) w.Write(number);
            w.Write((int)RunOutcome.Failed);
            w.Write(3);
            w.Write("why");
            w.Write(4);
            w.WriteMapHeader(1);
            w.Write("new");
            w.Write(1.5);
            w.WriteNil();
        });

        var expected = new RunEnd { Run = new(new(1), 2, 3, 4), Outcome = RunOutcome.Failed, ExitCode = 3, Reason = "why", ElapsedMilliseconds = 4 };
        Assert.That(report.Ended, Is.EqualTo(new[] { expected }));
    }

    [TestCaseSource(typeof(MessageSample), nameof(MessageSample.All))]
    public void What_an_older_peer_does_not_send_has_its_default(MessageSample sample)
    {
        var required = sample.Type switch
        {
            MessageType.Hello => 2,
            MessageType.Refusal or MessageType.RenderRegister => 1,
            MessageType.RunOutput => 3,
            _ => 0,
        };
        var elements = ElementsOf(sample.Bytes);

        for (var count = 0; count <= elements.Count; count++)
        {
            var older = Of(elements.Take(count));
            if (count < required) Assert.That(() => sample.Read(older), Throws.TypeOf<WireException>(), $"{count} elements");
            else Assert.That(() => sample.Read(older), Throws.Nothing, $"{count} elements");
        }
    }

    [Test]
    public void Defaults_are_those_of_the_records()
    {
        var orders = Read<RenderOrders>((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(1);
            w.WriteArrayHeader(1);
            w.WriteArrayHeader(1);
            Elements.WriteRun(ref w, new TaskRunId(new JobId(1), 2, 3, 4));
        });
        var progress = Read<RenderReport>((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(2);
            w.WriteNil();
            w.WriteArrayHeader(1);
            w.WriteArrayHeader(1);
            Elements.WriteRun(ref w, new TaskRunId(new JobId(1), 2, 3, 4));
        }).Progress[0];

        var start = orders.Starts[0];
        Assert.Multiple(() =>
        {
            Assert.That((start.FramesInc, start.Command, start.Environment.Count, start.Files.Count), Is.EqualTo((1L, "", 0, 0)));
            Assert.That((orders.Stops.Count, orders.Closed.Count, orders.LogLevels), Is.EqualTo((0, 0, "")));
            Assert.That((progress.Percent, progress.Frame, progress.Activity), Is.EqualTo((0, -1L, "")));
        });
    }

    [Test]
    public void Nil_stands_for_the_default()
    {
        var orders = Read<RenderOrders>((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(5);
            for (var i = 0; i < 5; i++) w.WriteNil();
        });

        Assert.That((orders.Starts.Count, orders.Drops.Count, orders.LogLevels), Is.EqualTo((0, 0, "")));
    }

    [Test]
    public void A_role_that_this_side_does_not_know_is_read_so_that_it_can_be_refused_in_words()
    {
        var hello = MessageSample.Of(new Hello { Role = (PeerRole)77, Name = "x" });

        Assert.That(((Hello)hello.Read(new ReadOnlySequence<byte>(hello.Bytes))).Role, Is.EqualTo((PeerRole)77));
    }

    private static T Read<T>(Writing write)
        where T : IMessage<T>
    {
        var bytes = MessagePackValues.Written(output =>
        {
            var writer = new MessagePackWriter(output);
            write(ref writer);
            writer.Flush();
        });
        return new Packet((int)T.Type, 1, 0, new ReadOnlySequence<byte>(bytes)).Read<T>();
    }

    private static List<byte[]> ElementsOf(byte[] bytes)
    {
        var elements = new List<byte[]>();
        var reader = new MessagePackReader(bytes);
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            var start = (int)reader.Consumed;
            reader.Skip();
            elements.Add(bytes[start..(int)reader.Consumed]);
        }

        return elements;
    }

    private static ReadOnlySequence<byte> Of(IEnumerable<byte[]> elements)
    {
        var all = elements.ToList();
        return new ReadOnlySequence<byte>([(byte)(MessagePackCode.MinFixArray + all.Count), .. all.SelectMany(element => element)]);
    }
}
