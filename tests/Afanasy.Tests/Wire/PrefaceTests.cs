using System.Buffers;
using Afanasy.Wire;

namespace Afanasy.Tests.Wire;

public sealed class PrefaceTests
{
    [Test]
    public void The_preface_is_known_whatever_follows_it()
    {
        byte[] bytes = [.. Preface.Bytes, 1, 2, 3];

        for (var at = 0; at < bytes.Length; at++)
        {
            Assert.That(Preface.TryRead(Segments.Split(bytes, at), out var version), Is.EqualTo(PrefaceMatch.Match), $"split at {at}");
            Assert.That(version, Is.EqualTo(Preface.Version), $"split at {at}");
        }
    }

    [Test]
    public void A_part_of_it_needs_more([Range(0, Preface.Length - 1)] int length)
    {
        var bytes = new ReadOnlySequence<byte>(Preface.Bytes[..length].ToArray());

        Assert.That(Preface.TryRead(bytes, out _), Is.EqualTo(PrefaceMatch.NeedsMore));
    }

    [TestCase("G")]
    [TestCase("GET / HTTP/1.1\r\n")]
    [TestCase("AFANASY 100 JSON")]
    public void Another_protocol_is_none_of_ours_from_the_first_byte(string first)
    {
        var bytes = new ReadOnlySequence<byte>(System.Text.Encoding.ASCII.GetBytes(first));

        Assert.That(Preface.TryRead(bytes, out _), Is.EqualTo(PrefaceMatch.None));
    }

    [Test]
    public void A_wrong_byte_in_the_middle_is_no_match()
    {
        Assert.That(Preface.TryRead(new ReadOnlySequence<byte>([0xAF, (byte)'A', (byte)'X']), out _), Is.EqualTo(PrefaceMatch.None));
    }

    [Test]
    public void Another_version_is_recognized_and_told()
    {
        var bytes = new ReadOnlySequence<byte>([0xAF, (byte)'A', (byte)'F', 9]);

        Assert.That(Preface.TryRead(bytes, out var version), Is.EqualTo(PrefaceMatch.Match));
        Assert.That(version, Is.EqualTo(9));
    }
}
