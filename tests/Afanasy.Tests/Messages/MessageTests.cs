using System.Buffers;
using System.Reflection;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Wire;
using Afanasy.Wire;

namespace Afanasy.Tests.Messages;

public sealed class MessageTests
{
    // The worst is a start of a run in six bytes, which becomes a record of two hundred with an empty map.
    private const int AllocatedPerByteMax = 100;
    private const int AllocatedAtLeast = 64 * 1024;

    [Test]
    public void Every_type_has_its_message_and_its_sample() =>
        Assert.That(MessageSample.All.Select(sample => sample.Type), Is.EqualTo(Enum.GetValues<MessageType>()));

    [TestCaseSource(typeof(MessageSample), nameof(MessageSample.All))]
    public void The_sample_fills_in_everything(MessageSample sample)
    {
        var empty = sample.Type is MessageType.RunOutput ? null : Activator.CreateInstance(sample.Message.GetType());

        foreach (var property in sample.Message.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
            Assert.That(property.GetValue(sample.Message), Is.Not.Null.And.Not.EqualTo(empty is null ? null : property.GetValue(empty)), property.Name);
    }

    [TestCaseSource(typeof(MessageSample), nameof(MessageSample.All))]
    public void A_message_comes_back_at_every_split_point(MessageSample sample)
    {
        for (var at = 0; at <= sample.Bytes.Length; at++)
            Assert.That(sample.ReadJson(Segments.Split(sample.Bytes, at)), Is.EqualTo(sample.Json), $"split at {at}");
    }

    [TestCaseSource(typeof(MessageSample), nameof(MessageSample.All))]
    public void Every_truncation_of_a_message_is_refused(MessageSample sample)
    {
        for (var length = 0; length < sample.Bytes.Length; length++)
        {
            var cut = new ReadOnlySequence<byte>(sample.Bytes, 0, length);
            Assert.That(() => sample.Read(cut), Throws.TypeOf<WireException>(), $"{length} of {sample.Bytes.Length} bytes");
        }
    }

    [Test]
    public void Generated_messages_come_back([Range(1, 200)] int seed)
    {
        foreach (var sample in MessageSample.Made(new Random(seed)))
            Assert.That(sample.ReadJson(Segments.OfOneByteEach(sample.Bytes)), Is.EqualTo(sample.Json), $"seed {seed}, {sample}");
    }

    [TestCaseSource(typeof(MessageSample), nameof(MessageSample.All))]
    public void A_damaged_message_is_refused_or_read_and_allocates_little(MessageSample sample)
    {
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = Damaged(sample.Bytes, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var refusal = Refusals.Of(() => sample.Read(new ReadOnlySequence<byte>(bytes)));
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.That(refusal, Is.Null.Or.Not.Empty, $"round {round}: {Convert.ToHexString(bytes)}");
            Assert.That(allocated, Is.LessThan(AllocatedAtLeast + AllocatedPerByteMax * bytes.Length), $"round {round}: {Convert.ToHexString(bytes)}");
        }
    }

    [Test]
    public void Output_outlives_the_buffer_it_was_read_from()
    {
        var sample = MessageSample.Of(new RunOutput { Run = new(new(1), 0, 0, 1), Offset = 0, Bytes = "line\n"u8.ToArray() });
        var buffer = sample.Bytes.ToArray();

        var output = (RunOutput)sample.Read(new ReadOnlySequence<byte>(buffer));
        Array.Clear(buffer);

        Assert.That(output.Bytes.ToArray(), Is.EqualTo("line\n"u8.ToArray()));
    }

    [Test]
    public void A_sentence_that_is_too_long_is_cut_by_its_writer()
    {
        var longest = new string('x', MessageLimits.SentenceCharsMax);
        var pair = new string('x', MessageLimits.SentenceCharsMax - 2) + "🎬🎬";

        Assert.Multiple(() =>
        {
            Assert.That(Sent(longest), Is.EqualTo(longest));
            Assert.That(Sent(longest + "x"), Is.EqualTo(longest[..^1] + "…"));
            Assert.That(Sent(pair), Is.EqualTo(longest[..^2] + "…"));
        });

        static string Sent(string reason)
        {
            var sample = MessageSample.Of(new Refusal { Reason = reason });
            return ((Refusal)sample.Read(new ReadOnlySequence<byte>(sample.Bytes))).Reason;
        }
    }

    [Test]
    public void What_is_over_a_limit_of_the_messages_is_refused()
    {
        Assert.Multiple(() =>
        {
            Refused(MessageSample.Of(new Hello { Role = PeerRole.Render, Name = new string('x', MessageLimits.NameCharsMax + 1) }));
            Refused(MessageSample.Of(new Hello { Role = PeerRole.Render, Name = "x", Credential = new string('x', MessageLimits.CredentialCharsMax + 1) }));
            Refused(MessageSample.Of(new RenderRegister { InstanceId = "x", Services = [new string('x', MessageLimits.NameCharsMax + 1)] }));
            Refused(MessageSample.Of(Output(0, MessageLimits.OutputBytesMax + 1)));
            Refused(MessageSample.Of(Output(-1, 1)));
            Refused(MessageSample.Of(new RenderReport { Load = new MachineLoad { LoadAverage = double.NaN } }));
            Refused(MessageSample.Of(new RenderReport { Ended = [new RunEnd { Run = default, Outcome = (RunOutcome)99 }] }));
            Refused(MessageSample.Of(new RenderOrders { Stops = [new TaskRunId(new JobId(-1), 0, 0, 1)] }));
        });

        static RunOutput Output(long offset, int length) => new() { Run = default, Offset = offset, Bytes = new byte[length] };
    }

    private static void Refused(MessageSample sample) =>
        Assert.That(() => sample.Read(new ReadOnlySequence<byte>(sample.Bytes)), Throws.TypeOf<WireException>(), $"{sample.Message}");

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        for (var strokes = random.Next(1, 4); strokes > 0; strokes--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        return damaged[..random.Next(1, damaged.Length + 1)];
    }
}
