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
        byte[] array = [MessagePackCode.MinFixArray + 1, 1];
        byte[] text = [0xa1, 0x78];
        var newer = Of([.. ElementsOf(sample.Bytes), array, text]);

        Assert.That(sample.ReadJson(newer), Is.EqualTo(sample.Json));
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
            Assert.That((start.ParserCoeff, start.FileSizeMin, start.FileSizeMax, start.Gpus.Count, start.Hosts.Count), Is.EqualTo((1, -1L, -1L, 0, 0)));
            Assert.That((orders.Stops.Count, orders.Closed.Count, orders.LogLevels), Is.EqualTo((0, 0, "")));
            Assert.That((orders.Instruction, orders.HeartbeatMilliseconds, orders.MeasureEvery), Is.EqualTo((RenderInstruction.None, 0, 0)));
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

    [Test]
    public void An_instruction_that_this_side_does_not_know_does_not_cost_the_connection()
    {
        var orders = MessageSample.Of(new RenderOrders { Instruction = (RenderInstruction)77 });

        Assert.That(((RenderOrders)orders.Read(new ReadOnlySequence<byte>(orders.Bytes))).Instruction, Is.EqualTo((RenderInstruction)77));
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
        var (message, unread) = MessageSample.Read<T>(new ReadOnlySequence<byte>(bytes));
        Assert.That(unread, Is.Zero);
        return message;
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
        var header = MessagePackValues.Written(output =>
        {
            var writer = new MessagePackWriter(output);
            writer.WriteArrayHeader(all.Count);
            writer.Flush();
        });
        return new ReadOnlySequence<byte>([.. header, .. all.SelectMany(element => element)]);
    }
}
