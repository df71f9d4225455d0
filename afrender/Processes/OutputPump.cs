namespace AfRender.Processes;

/// <summary>Reads one stream of a process and hands on whole lines, so that two streams never mix within a line.</summary>
internal static class OutputPump
{
    /// <summary>A line that does not end is handed on in pieces of this size: memory is bounded by it, twice per run.</summary>
    public const int LineBytesMax = 64 * 1024;

    /// <summary>A program that prints much in one piece fills a pipe in less.</summary>
    private static readonly TimeSpan _lookSoon = TimeSpan.FromMilliseconds(2);

    /// <summary>A line without an end may stand there for hours; four looks a second cost next to nothing.</summary>
    private static readonly TimeSpan _lookLate = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads to the end of the stream or until <paramref name="giveUp"/>; what was read is handed on either way.</summary>
    public static async Task PumpAsync(Stream stream, Func<ReadOnlyMemory<byte>, Task> onLines, CancellationToken giveUp)
    {
        var buffer = new byte[LineBytesMax];
        var filled = 0;
        while (true)
        {
            var read = await ReadAsync(stream, buffer.AsMemory(filled), giveUp);
            filled += read;
            var whole = read == 0 || filled == buffer.Length ? WholeOrAll(buffer.AsSpan(0, filled), read == 0) : EndOfLines(buffer.AsSpan(0, filled));
            if (whole > 0)
            {
                await onLines(buffer.AsMemory(0, whole));
                buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
                filled -= whole;
            }

            if (read == 0) return;
        }
    }

    /// <summary>
    /// The same for a named pipe. What is handed on is still in the pipe: the receiver takes it out. A line that has no end
    /// yet stays in there, so that it is not lost if this program is killed.
    /// </summary>
    public static async Task PumpAsync(Fifo pipe, Func<ReadOnlyMemory<byte>, Task> onLines, CancellationToken giveUp)
    {
        var buffer = new byte[LineBytesMax];
        var unfinished = 0;
        var pause = _lookSoon;
        while (true)
        {
            var isOver = giveUp.IsCancellationRequested;
            var isEnd = isOver || pipe.HasNoWriter;
            var isFull = pipe.IsFull;
            var seen = TryLook(pipe, buffer);
            if (seen == 0) return;

            var count = Math.Max(seen, 0);
            var whole = isEnd || isFull || count == buffer.Length ? WholeOrAll(buffer.AsSpan(0, count), isEnd) : EndOfLines(buffer.AsSpan(0, count));
            if (whole > 0) await onLines(buffer.AsMemory(0, whole));
            if (isOver) return;
            if (whole > 0) continue;

            // Only a pipe that was empty is sure to say what comes next: a writer that waits for room says nothing.
            pause = count != unfinished ? _lookSoon : Later(pause);
            unfinished = count;
            await pipe.HappensAsync(count == 0 ? Timeout.InfiniteTimeSpan : pause, giveUp);
        }
    }

    private static TimeSpan Later(TimeSpan pause) => pause + pause < _lookLate ? pause + pause : _lookLate;

    private static int TryLook(Fifo pipe, Span<byte> buffer)
    {
        try
        {
            return pipe.Look(buffer);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private static int WholeOrAll(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        var lines = EndOfLines(bytes);
        return isEnd || lines == 0 ? bytes.Length : lines;
    }

    /// <summary>A carriage return ends a line too: progress bars print nothing else.</summary>
    private static int EndOfLines(ReadOnlySpan<byte> bytes) => bytes.LastIndexOfAny((byte)'\n', (byte)'\r') + 1;

    private static async Task<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken giveUp)
    {
        try
        {
            return await stream.ReadAsync(buffer, giveUp);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
