using System.Text;
using AfRender.Processes;

namespace Afanasy.Tests.Agents;

public sealed class OutputPumpTests
{
    [Test]
    public async Task Lines_come_whole_wherever_the_stream_is_split()
    {
        var text = Encoding.UTF8.GetBytes("one\ntwo\rthree\r\nfour");
        for (var first = 1; first < text.Length; first++)
        {
            var pieces = await PumpAsync(new PiecesStream([text[..first], text[first..]]));

            Assert.That(string.Concat(pieces), Is.EqualTo("one\ntwo\rthree\r\nfour"), $"split at {first}");
            Assert.That(pieces[..^1].All(piece => piece[^1] is '\n' or '\r'), $"split at {first}");
        }
    }

    [Test]
    public async Task A_line_without_an_end_is_cut_into_pieces()
    {
        var line = new byte[(3 * OutputPump.LineBytesMax) + 5];
        Array.Fill(line, (byte)'x');

        var pieces = await PumpAsync(new MemoryStream(line));

        Assert.That(pieces.Sum(piece => piece.Length), Is.EqualTo(line.Length));
        Assert.That(pieces, Has.All.Length.LessThanOrEqualTo(OutputPump.LineBytesMax));
    }

    private static async Task<List<string>> PumpAsync(Stream stream)
    {
        var pieces = new List<string>();
        await OutputPump.PumpAsync(
            stream,
            bytes =>
            {
                pieces.Add(Encoding.UTF8.GetString(bytes.Span));
                return Task.CompletedTask;
            },
            CancellationToken.None);
        return pieces;
    }

    private sealed class PiecesStream(List<byte[]> pieces) : MemoryStream
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_next == pieces.Count) return new ValueTask<int>(0);
            var piece = pieces[_next++];
            piece.CopyTo(buffer);
            return new ValueTask<int>(piece.Length);
        }
    }
}
