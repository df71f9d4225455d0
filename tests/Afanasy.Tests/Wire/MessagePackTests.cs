using System.Buffers;
using System.Text;
using Afanasy.Wire;

namespace Afanasy.Tests.Wire;

public sealed class MessagePackTests
{
    private delegate void Reading(ref MessagePackReader reader);

    [Test]
    public void What_is_written_is_read_whole_and_in_pieces([Range(1, 200)] int seed)
    {
        var (bytes, text) = AnyValue(seed);

        Assert.Multiple(() =>
        {
            Assert.That(Described(new ReadOnlySequence<byte>(bytes)), Is.EqualTo(text));
            Assert.That(Described(Segments.OfOneByteEach(bytes)), Is.EqualTo(text));
        });
    }

    [Test]
    public void Every_split_reads_the_same_and_every_truncation_is_refused([Range(1, 40)] int seed)
    {
        var (bytes, text) = AnyValue(seed);

        for (var at = 0; at < bytes.Length; at++)
        {
            var cut = bytes[..at];
            Assert.That(Described(Segments.Split(bytes, at)), Is.EqualTo(text), $"seed {seed}, split at {at}");
            Assert.That(() => Described(new ReadOnlySequence<byte>(cut)), Throws.TypeOf<WireException>(), $"seed {seed}, cut at {at}");
            Assert.That(() => Skipped(cut), Throws.TypeOf<WireException>(), $"seed {seed}, skipping, cut at {at}");
        }
    }

    [Test]
    public void Skip_passes_over_exactly_one_value([Range(1, 200)] int seed)
    {
        var (bytes, _) = AnyValue(seed);

        Assert.That(Skipped([.. bytes, MessagePackCode.True]), Is.EqualTo(bytes.Length));
    }

    [Test]
    public void Integers_take_the_shortest_form_and_come_back([ValueSource(typeof(MessagePackValues), nameof(MessagePackValues.IntegerEdges))] long value)
    {
        var bytes = Bytes((ref MessagePackWriter w) => w.Write(value));
        var reader = new MessagePackReader(bytes);

        var shortest = value switch
        {
            >= -32 and <= 127 => 1,
            >= sbyte.MinValue and <= byte.MaxValue => 2,
            >= short.MinValue and <= ushort.MaxValue => 3,
            >= int.MinValue and <= uint.MaxValue => 5,
            _ => 9,
        };
        Assert.That(bytes, Has.Length.EqualTo(shortest));
        Assert.That(reader.ReadInt64(), Is.EqualTo(value));
        Assert.That(reader.End);
    }

    [Test]
    public void An_integer_that_does_not_fit_is_refused()
    {
        Assert.Multiple(() =>
        {
            Refused((ref MessagePackWriter w) => w.Write(256), (ref MessagePackReader r) => r.ReadByte());
            Refused((ref MessagePackWriter w) => w.Write(-1), (ref MessagePackReader r) => r.ReadByte());
            Refused((ref MessagePackWriter w) => w.Write(128), (ref MessagePackReader r) => r.ReadSByte());
            Refused((ref MessagePackWriter w) => w.Write(short.MaxValue + 1), (ref MessagePackReader r) => r.ReadInt16());
            Refused((ref MessagePackWriter w) => w.Write(ushort.MaxValue + 1), (ref MessagePackReader r) => r.ReadUInt16());
            Refused((ref MessagePackWriter w) => w.Write(int.MaxValue + 1L), (ref MessagePackReader r) => r.ReadInt32());
            Refused((ref MessagePackWriter w) => w.Write(int.MinValue - 1L), (ref MessagePackReader r) => r.ReadInt32());
            Refused((ref MessagePackWriter w) => w.Write(uint.MaxValue + 1L), (ref MessagePackReader r) => r.ReadUInt32());
            Refused((ref MessagePackWriter w) => w.Write(long.MaxValue + 1UL), (ref MessagePackReader r) => r.ReadInt64());
            Refused((ref MessagePackWriter w) => w.Write(ulong.MaxValue), (ref MessagePackReader r) => r.ReadInt32());
            Refused((ref MessagePackWriter w) => w.Write(-1), (ref MessagePackReader r) => r.ReadUInt64());
        });
    }

    [Test]
    public void A_value_of_another_kind_is_refused()
    {
        Assert.Multiple(() =>
        {
            Refused((ref MessagePackWriter w) => w.Write("1"), (ref MessagePackReader r) => r.ReadInt32());
            Refused((ref MessagePackWriter w) => w.Write(1.0), (ref MessagePackReader r) => r.ReadInt32());
            Refused((ref MessagePackWriter w) => w.Write(1), (ref MessagePackReader r) => r.ReadBoolean());
            Refused((ref MessagePackWriter w) => w.Write(1), (ref MessagePackReader r) => r.ReadString());
            Refused((ref MessagePackWriter w) => w.Write("1"), (ref MessagePackReader r) => r.ReadBytes());
            Refused((ref MessagePackWriter w) => w.Write([1]), (ref MessagePackReader r) => r.ReadString());
            Refused((ref MessagePackWriter w) => w.WriteMapHeader(0), (ref MessagePackReader r) => r.ReadArrayHeader());
            Refused((ref MessagePackWriter w) => w.WriteArrayHeader(0), (ref MessagePackReader r) => r.ReadMapHeader());
            Refused((ref MessagePackWriter w) => w.WriteNil(), (ref MessagePackReader r) => r.ReadInt32());
            Refused((ref MessagePackWriter w) => w.WriteRaw([MessagePackCode.NeverUsed]), (ref MessagePackReader r) => r.Skip());
        });
    }

    [Test]
    public void Numbers_widen_to_floats()
    {
        var reader = new MessagePackReader(Bytes((ref MessagePackWriter w) =>
        {
            w.Write(0.5f);
            w.Write(-7);
            w.Write(ulong.MaxValue);
            w.Write(0.25);
        }));

        Assert.That(reader.ReadDouble(), Is.EqualTo(0.5));
        Assert.That(reader.ReadDouble(), Is.EqualTo(-7));
        Assert.That(reader.ReadDouble(), Is.EqualTo((double)ulong.MaxValue));
        Assert.That(reader.ReadSingle(), Is.EqualTo(0.25f));
    }

    [Test]
    public void Text_that_is_not_utf8_is_refused() =>
        Refused((ref MessagePackWriter w) => w.WriteRaw([0xa2, 0xc3, 0x28]), (ref MessagePackReader r) => r.ReadString());

    [Test]
    public void A_string_at_the_limit_is_read_and_one_over_it_is_refused()
    {
        var longest = new string('x', WireLimits.StringBytesMax);
        var reader = new MessagePackReader(Bytes((ref MessagePackWriter w) => w.Write(longest)));

        Assert.That(reader.ReadString(), Is.EqualTo(longest));
        Refused((ref MessagePackWriter w) => w.Write(longest + "x"), (ref MessagePackReader r) => r.ReadString());
    }

    [Test]
    public void An_array_at_the_limit_is_read_and_one_over_it_is_refused()
    {
        var reader = new MessagePackReader(Bytes((ref MessagePackWriter w) => WriteZeros(ref w, WireLimits.ArrayElementsMax)));

        Assert.That(reader.ReadArrayHeader(), Is.EqualTo(WireLimits.ArrayElementsMax));
        Refused((ref MessagePackWriter w) => WriteZeros(ref w, WireLimits.ArrayElementsMax + 1), (ref MessagePackReader r) => r.ReadArrayHeader());
    }

    [TestCase(new byte[] { MessagePackCode.Array32, 0xff, 0xff, 0xff, 0xff, 0 })]
    [TestCase(new byte[] { MessagePackCode.Array16, 0, 2, 0 })]
    [TestCase(new byte[] { MessagePackCode.Map32, 0x80, 0, 0, 0, 0 })]
    [TestCase(new byte[] { MessagePackCode.MinFixMap + 1, 0 })]
    [TestCase(new byte[] { MessagePackCode.Str32, 0xff, 0xff, 0xff, 0xff, 0 })]
    [TestCase(new byte[] { MessagePackCode.Bin32, 0x7f, 0xff, 0xff, 0xff, 0 })]
    [TestCase(new byte[] { MessagePackCode.Ext32, 0xff, 0xff, 0xff, 0xff, 0 })]
    [TestCase(new byte[] { MessagePackCode.FixExt1, 0 })]
    public void A_claim_of_more_than_there_is_is_refused_without_allocating(byte[] bytes)
    {
        _ = Refusals.Of(() => Skipped(bytes));            // whatever the first use allocates

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Refusals.Of(() => Skipped(bytes));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(refusal, Is.Not.Null);
        Assert.That(allocated, Is.LessThan(16 * 1024));
    }

    [Test]
    public void Values_may_nest_to_the_limit_and_no_deeper()
    {
        var deepest = Enumerable.Repeat((byte)(MessagePackCode.MinFixArray + 1), WireLimits.DepthMax - 1).Append(MessagePackCode.Nil).ToArray();
        byte[] deeper = [MessagePackCode.MinFixArray + 1, .. deepest];

        Assert.That(Skipped(deepest), Is.EqualTo(deepest.Length));
        Assert.That(() => Skipped(deeper), Throws.TypeOf<WireException>());
        Assert.That(() => Skipped(Enumerable.Repeat((byte)0x91, 1_000_000).ToArray()), Throws.TypeOf<WireException>());
    }

    [Test]
    public void Garbage_is_refused_and_nothing_worse_happens([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var bytes = MessagePackValues.RandomBytes(random, random.Next(1, 64));
            Assert.That(Refusals.Of(() => Skipped(bytes)), Is.Null.Or.Not.Empty, Convert.ToHexString(bytes));
        }
    }

    [Test]
    public void A_lone_surrogate_is_written_as_the_replacement_character()
    {
        var reader = new MessagePackReader(Bytes((ref MessagePackWriter w) => w.Write("a\ud83cb")));

        Assert.That(reader.ReadString(), Is.EqualTo("a\ufffdb"));
    }

    private delegate void Writing(ref MessagePackWriter writer);

    private static byte[] Bytes(Writing write) => MessagePackValues.Written(output =>
    {
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
    });

    private static (byte[] Bytes, string Text) AnyValue(int seed)
    {
        var text = new StringBuilder();
        return (Bytes((ref MessagePackWriter w) => MessagePackValues.WriteAny(ref w, new Random(seed), text)), text.ToString());
    }

    private static string Described(ReadOnlySequence<byte> bytes)
    {
        var text = new StringBuilder();
        var reader = new MessagePackReader(bytes);
        MessagePackValues.Describe(ref reader, text);
        return reader.End ? text.ToString() : $"{text} and more";
    }

    private static long Skipped(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        reader.Skip();
        return reader.Consumed;
    }

    private static void Refused(Writing write, Reading read)
    {
        var bytes = Bytes(write);
        Assert.That(
            () =>
            {
                var reader = new MessagePackReader(bytes);
                read(ref reader);
            },
            Throws.TypeOf<WireException>());
    }

    private static void WriteZeros(ref MessagePackWriter writer, int count)
    {
        writer.WriteArrayHeader(count);
        for (var i = 0; i < count; i++) writer.Write(0);
    }
}
