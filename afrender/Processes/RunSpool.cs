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
    private readonly SafeFileHandle _file;
    private readonly SpoolLimits _limits;
    private readonly Action _grown;
    private readonly SemaphoreSlim _turn = new(1);
    private byte[] _tail = [];
    private long _tailTaken;
    private long _length;
    private string? _problem;

    /// <param name="grown">Called after each growth, by the thread that wrote.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public RunSpool(string path, SpoolLimits limits, Action grown)
    {
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        _limits = limits;
        _grown = grown;
    }

    /// <summary>Bytes that can be read; only grows.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Why output was lost other than by the limits (a full disk); null when none was.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            var room = _limits.HeadBytesMax - _length;
            if (_tail.Length == 0 && bytes.Length <= room)
            {
                await WriteAsync(bytes);
                return;
            }

            if (_tail.Length == 0)
            {
                _tail = new byte[_limits.TailBytesMax];
                await WriteAsync(Text($"\n[afrender: more than {_limits.HeadBytesMax} bytes of output; of what follows only the end is kept]\n"));
            }

            KeepInTail(bytes.Span);
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
            if (_tailTaken > kept) await WriteAsync(Text($"[afrender: {_tailTaken - kept} bytes of output dropped here]\n"));
            var at = (int)(_tailTaken % _tail.Length);
            if (_tailTaken > kept) await WriteAsync(_tail.AsMemory(at));
            await WriteAsync(_tail.AsMemory(0, _tailTaken > kept ? at : kept));
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

    public void Dispose()
    {
        _file.Dispose();
        _turn.Dispose();
    }

    /// <summary>A disk that is full loses output, not the run.</summary>
    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (Problem is not null || bytes.IsEmpty) return;
        try
        {
            await RandomAccess.WriteAsync(_file, bytes, _length, CancellationToken.None);
            Interlocked.Add(ref _length, bytes.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Volatile.Write(ref _problem, e.Message);
        }

        _grown();
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
