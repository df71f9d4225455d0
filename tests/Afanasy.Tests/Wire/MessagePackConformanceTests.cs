using System.Text;
using Afanasy.Wire;

namespace Afanasy.Tests.Wire;

public sealed class MessagePackConformanceTests
{
    private const int ValuesEach = 300;

    [Test]
    public void Another_implementation_reads_what_we_write([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var described = new List<string>();
        var bytes = MessagePackValues.Written(output =>
        {
            var writer = new MessagePackWriter(output);
            for (var i = 0; i < ValuesEach; i++)
            {
                var text = new StringBuilder();
                MessagePackValues.WriteAny(ref writer, random, text);
                described.Add(text.ToString());
            }

            writer.Flush();
        });

        Assert.That(PythonMessagePack.Describe(bytes), Is.EqualTo(described));
    }

    [Test]
    public void Another_implementation_reads_our_values_at_the_edges_of_every_format()
    {
        var random = new Random(1);
        var described = new List<string>();
        var bytes = MessagePackValues.Written(output =>
        {
            var writer = new MessagePackWriter(output);
            foreach (var value in MessagePackValues.IntegerEdges)
                described.Add(Text(ref writer, (ref w, text) => MessagePackValues.WriteInteger(ref w, value, text)));

            writer.Write(ulong.MaxValue);
            described.Add($"i:{ulong.MaxValue}");
            foreach (var length in MessagePackValues.LengthEdges)
            {
                described.Add(Text(ref writer, (ref w, text) => MessagePackValues.WriteString(ref w, new string('x', length), text)));
                described.Add(Text(ref writer, (ref w, text) => MessagePackValues.WriteBytes(ref w, new byte[length], text)));
                described.Add(Text(ref writer, (ref w, text) => MessagePackValues.WriteExtension(ref w, 5, new byte[length], text)));
                described.Add(Text(ref writer, (ref w, text) => MessagePackValues.WriteArray(ref w, random, length, text, 3)));
                described.Add(Text(ref writer, (ref w, text) => MessagePackValues.WriteMap(ref w, random, length, text, 3)));
            }

            writer.Flush();
        });

        Assert.That(PythonMessagePack.Describe(bytes), Is.EqualTo(described));
    }

    [Test]
    public void We_read_what_another_implementation_writes([Range(1, 5)] int seed)
    {
        var lines = PythonMessagePack.MakeUp(seed);

        Assert.That(lines, Has.Length.GreaterThan(300));
        foreach (var line in lines)
        {
            var (hex, theirs) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
            var bytes = Convert.FromHexString(hex);
            var ours = new StringBuilder();
            var reader = new MessagePackReader(bytes);
            MessagePackValues.Describe(ref reader, ours);
            var skipping = new MessagePackReader(bytes);
            skipping.Skip();

            Assert.That(ours.ToString(), Is.EqualTo(theirs));
            Assert.That(reader.End && skipping.End, theirs);
        }
    }

    private delegate void Writing(ref MessagePackWriter writer, StringBuilder text);

    private static string Text(ref MessagePackWriter writer, Writing write)
    {
        var text = new StringBuilder();
        write(ref writer, text);
        return text.ToString();
    }
}
