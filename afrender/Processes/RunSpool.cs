using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AfRender.Processes;

/// <summary>How much of a run's output is kept.</summary>
/// <param name="HeadBytesMax">From the beginning: more than any sane log, less than what fills a disk.</param>
/// <param name="TailBytesMax">From the end, once the beginning is full: where a failing program says why. Held in memory.</param>
internal sealed record SpoolLimits(long HeadBytesMax = 64L * 1024 * 1024, int TailBytesMax = 256 * 1024);

/// <summary>
/// One run's output as it was printed, in a file, so that memory does not grow with it and a server that was away gets it all.
/// Of a very long output the middle is dropped, and said to be.
/// </summary>
internal sealed class RunSpool : IDisposable
{
    /// <summary>Stands at the end of the file as long as the end of the output is held in memory.</summary>
    private const string CutWords = "of what follows only the end is kept]\n";

    private readonly SafeFileHandle _file;
    private readonly SpoolLimits _limits;
    private readonly Action _grown;
    private readonly SemaphoreSlim _turn = new(1);
    private byte[] _tail = [];
    private long _tailTaken;
    private long _length;
    private bool _isTailTorn;
    private string? _problem;

    private RunSpool(SafeFileHandle file, SpoolLimits limits, Action grown)
    {
        _file = file;
        _limits = limits;
        _grown = grown;
    }

    /// <param name="grown">Called after each growth, by the thread that wrote.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public RunSpool(string path, SpoolLimits limits, Action grown)
        : this(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous), limits, grown)
    {
    }

    /// <summary>Goes on with what a predecessor has written.</summary>
    /// <exception cref="IOException">The file is not there or cannot be opened.</exception>
    public static RunSpool Reopen(string path, SpoolLimits limits, Action grown)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        var spool = new RunSpool(file, limits, grown) { _length = RandomAccess.GetLength(file) };
        if (EndsWith(file, Text(CutWords))) spool.BeginTail(isTorn: true);
        return spool;
    }

    /// <summary>Bytes that can be read; only grows.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Why output was lost other than by the limits (a full disk); null when none was.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public Task AppendAsync(ReadOnlyMemory<byte> bytes) => AppendAsync(bytes, from: null);

    /// <param name="from">The pipe in which the bytes are; they are taken out of it. Null when they are in no pipe any more.</param>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, Fifo? from)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            var room = _limits.HeadBytesMax - _length;
            if (_tail.Length == 0 && bytes.Length <= room)
            {
                await WriteAsync(bytes, from);
                return;
            }

            if (_tail.Length == 0)
            {
                BeginTail(isTorn: false);
                await WriteAsync(Text($"\n[afrender: more than {_limits.HeadBytesMax} bytes of output; {CutWords}"), from: null);
            }

            KeepInTail(bytes.Span);
            from?.Skip(bytes.Length);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Call once, when nothing more comes: adds the end of an output that was too long.</summary>
    public async Task FinishAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (_tail.Length == 0) return;
            var kept = (int)Math.Min(_tailTaken, _tail.Length);
            if (_isTailTorn) await WriteAsync(Text("[afrender: output dropped here; afrender was started again meanwhile and does not know how much]\n"), from: null);
            else if (_tailTaken > kept) await WriteAsync(Text($"[afrender: {_tailTaken - kept} bytes of output dropped here]\n"), from: null);
            var at = (int)(_tailTaken % _tail.Length);
            if (_tailTaken > kept) await WriteAsync(_tail.AsMemory(at), from: null);
            await WriteAsync(_tail.AsMemory(0, _tailTaken > kept ? at : kept), from: null);
            _tail = [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads from a byte on; 0 at the end, or when the run is forgotten already.</summary>
    public async Task<int> ReadAsync(long offset, Memory<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        if (count == 0) return 0;
        try
        {
            return await RandomAccess.ReadAsync(_file, buffer[..count], offset, CancellationToken.None);
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            return 0;
        }
    }

    /// <summary>Hands on what stands there from a byte on, in whole lines as far as they are not too long.</summary>
    public async Task ReadLinesAsync(long offset, Action<ReadOnlySpan<byte>> onLines)
    {
        var buffer = new byte[OutputPump.LineBytesMax];
        var filled = 0;
        while (await ReadAsync(offset, buffer.AsMemory(filled)) is > 0 and var read)
        {
            offset += read;
            filled += read;
            var whole = buffer.AsSpan(0, filled).LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
            if (whole == 0 && filled == buffer.Length) whole = filled;
            onLines(buffer.AsSpan(0, whole));
            buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
            filled -= whole;
        }

        onLines(buffer.AsSpan(0, filled));
    }

    /// <summary>Makes what is written outlast a loss of power, as far as the disk can.</summary>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_file);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Volatile.Write(ref _problem, e.Message);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _turn.Dispose();
    }

    /// <summary>A disk that is full loses output, not the run.</summary>
    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, Fifo? from)
    {
        if (Problem is not null || bytes.IsEmpty)
        {
            from?.Skip(bytes.Length);
            return;
        }

        var end = _length + bytes.Length;
        try
        {
            await PutAsync(bytes, from);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Volatile.Write(ref _problem, e.Message);
            from?.Skip((int)(end - _length));
        }

        _grown();
    }

    private async Task PutAsync(ReadOnlyMemory<byte> bytes, Fifo? from)
    {
        while (from is not null && !bytes.IsEmpty && from.Move(_file, _length, bytes.Length) is not LinuxCalls.Unable and var moved)
        {
            if (moved <= 0) throw new IOException($"{bytes.Length} bytes could not be moved.");
            Interlocked.Add(ref _length, moved);
            bytes = bytes[moved..];
        }

        if (bytes.IsEmpty) return;
        await RandomAccess.WriteAsync(_file, bytes, _length, CancellationToken.None);
        from?.Skip(bytes.Length);
        Interlocked.Add(ref _length, bytes.Length);
    }

    private void BeginTail(bool isTorn)
    {
        _tail = new byte[_limits.TailBytesMax];
        _isTailTorn = isTorn;
    }

    private static bool EndsWith(SafeFileHandle file, byte[] words)
    {
        var end = new byte[words.Length];
        var at = RandomAccess.GetLength(file) - words.Length;
        return at >= 0 && RandomAccess.Read(file, end, at) == end.Length && end.AsSpan().SequenceEqual(words);
    }

    private void KeepInTail(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _tail.Length)
        {
            _tailTaken += bytes.Length - _tail.Length;
            bytes = bytes[^_tail.Length..];
        }

        while (!bytes.IsEmpty)
        {
            var at = (int)(_tailTaken % _tail.Length);
            var part = bytes[..Math.Min(bytes.Length, _tail.Length - at)];
            part.CopyTo(_tail.AsSpan(at));
            _tailTaken += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
