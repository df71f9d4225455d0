using System.Buffers;
using System.Buffers.Binary;
using Afanasy.Messages;
using Afanasy.Wire;

namespace Afanasy.Tests.Wire;

public sealed class PacketTests
{
    [Test]
    public void Packets_split_at_every_pair_of_positions_arrive_whole()
    {
        var bytes = MessagePackValues.Written(output =>
        {
            PacketWriter.Write(output, new Welcome { Version = "1" }, id: 1, responseId: 0);
            PacketWriter.Write(output, new Refusal { Reason = "two" }, id: 2, responseId: 1);
            PacketWriter.Write(output, new Welcome { Version = "3" }, id: long.MaxValue, responseId: 2);
        });

        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var buffer = Segments.Split(bytes, first, second);
                var packets = ReadAll(ref buffer);
                Assert.That(packets, Is.EqualTo(new[] { "2 1>0 1", "3 2>1 two", $"2 {long.MaxValue}>2 3" }), $"split at {first} and {second}");
                Assert.That(buffer.IsEmpty);
            }
        }
    }

    [Test]
    public void Every_prefix_waits_and_takes_nothing()
    {
        var bytes = MessagePackValues.Written(output => PacketWriter.Write(output, new Welcome { Version = "1" }, 1, 0));

        for (var length = 0; length < bytes.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.That(PacketReader.TryRead(ref buffer, out _), Is.False, $"{length} bytes");
            Assert.That(buffer.Length, Is.EqualTo(length));
        }
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(WireLimits.PacketBytesMax + 1)]
    [TestCase(0)]
    [TestCase(4)]
    public void A_bad_length_is_refused_before_its_bytes_come(int length)
    {
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);

        Assert.That(() => TryRead(header, WireLimits.PacketBytesMax), Throws.TypeOf<WireException>());
    }

    [Test]
    public void A_stranger_may_send_less()
    {
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, WireLimits.HandshakePacketBytesMax + 1);

        Assert.That(TryRead(header, WireLimits.PacketBytesMax), Is.False);
        Assert.That(() => TryRead(header, WireLimits.HandshakePacketBytesMax), Throws.TypeOf<WireException>());
    }

    [Test]
    public void The_largest_hello_fits_into_the_handshake()
    {
        var hello = new Hello
        {
            Role = PeerRole.Render,
            Name = new string('帧', MessageLimits.NameCharsMax),
            Version = new string('帧', MessageLimits.NameCharsMax),
            Credential = new string('帧', MessageLimits.CredentialCharsMax),
        };

        var bytes = MessagePackValues.Written(output => PacketWriter.Write(output, hello, long.MaxValue, long.MaxValue));

        Assert.That(TryRead(bytes, WireLimits.HandshakePacketBytesMax), Is.True);
    }

    [TestCase(new byte[] { 0x93, 1, 2, 3, 0xc0 }, TestName = "An_array_without_a_body_is_refused")]
    [TestCase(new byte[] { 0x94, 0xa1, 0x31, 2, 3, 0xc0 }, TestName = "A_type_that_is_no_number_is_refused")]
    [TestCase(new byte[] { 0x94, 1, 2, 3, 0xc0, 0xc0 }, TestName = "Bytes_behind_the_array_are_refused")]
    [TestCase(new byte[] { 0x94, 1, 2, 3, 0x92, 0xc0 }, TestName = "A_body_that_is_cut_off_is_refused")]
    [TestCase(new byte[] { 0x94, 1, 2, 3, 0xc1 }, TestName = "A_body_that_is_no_value_is_refused")]
    [TestCase(new byte[] { 1, 2, 3, 4, 5 }, TestName = "A_packet_that_is_no_array_is_refused")]
    public void Malformed(byte[] content) =>
        Assert.That(() => TryRead(Framed(content), WireLimits.PacketBytesMax), Throws.TypeOf<WireException>());

    [Test]
    public void A_type_that_nobody_knows_is_a_packet_too_and_so_is_one_with_more_elements()
    {
        var buffer = new ReadOnlySequence<byte>([.. Framed([0x96, 0xcd, 0x03, 0xe7, 7, 0, 0x91, 5, 0xc0, 0xa1, 0x31]), 9]);

        Assert.That(PacketReader.TryRead(ref buffer, out var packet), Is.True);
        Assert.That((packet.Type, packet.Id, packet.ResponseId), Is.EqualTo((999, 7L, 0L)));
        Assert.That(packet.Body.ToArray(), Is.EqualTo(new byte[] { 0x91, 5 }));
        Assert.That(buffer.Length, Is.EqualTo(1));
    }

    [Test]
    public void A_message_that_is_too_large_is_not_written_at_all()
    {
        var output = new ArrayBufferWriter<byte>();
        var orders = new RenderOrders
        {
            Starts = [.. Enumerable.Range(0, 70).Select(task => new RunStart
            {
                Run = new(new(1), 0, task, 1),
                Command = new string('x', WireLimits.StringBytesMax),
            })],
        };

        Assert.That(() => PacketWriter.Write(output, orders, 1, 0), Throws.InvalidOperationException);
        Assert.That(output.WrittenCount, Is.Zero);
    }

    [Test]
    public void Garbage_is_refused_and_nothing_worse_happens([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var content = MessagePackValues.RandomBytes(random, random.Next(5, 64));
            if (random.Next(2) == 0) content[0] = 0x94;
            Assert.That(Refusals.Of(() => TryRead(Framed(content), WireLimits.PacketBytesMax)), Is.Null.Or.Not.Empty, Convert.ToHexString(content));
        }
    }

    private static byte[] Framed(byte[] content) => [(byte)content.Length, 0, 0, 0, .. content];

    private static bool TryRead(byte[] bytes, int bytesMax)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        return PacketReader.TryRead(ref buffer, bytesMax, out _);
    }

    private static List<string> ReadAll(ref ReadOnlySequence<byte> buffer)
    {
        var packets = new List<string>();
        while (PacketReader.TryRead(ref buffer, out var packet))
        {
            var said = packet.Type == (int)MessageType.Welcome ? packet.Read<Welcome>().Version : packet.Read<Refusal>().Reason;
            packets.Add($"{packet.Type} {packet.Id}>{packet.ResponseId} {said}");
        }

        return packets;
    }
}
