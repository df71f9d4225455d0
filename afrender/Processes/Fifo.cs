using Microsoft.Win32.SafeHandles;

namespace AfRender.Processes;

/// <summary>
/// The reading end of a named pipe. What is in it can be looked at and then moved into a file in one step, so that it is
/// at every moment either in the pipe or in the file, also when this program is killed in between.
/// </summary>
internal sealed class Fifo : IDisposable
{
    // Into this the content is copied to be looked at; it is empty whenever nobody holds the lock.
    private static readonly Lazy<(SafeFileHandle Reader, SafeFileHandle Writer)> _glass = new(LinuxCalls.MakePipe);
    private static readonly Lock _glassLock = new();

    private readonly SafeFileHandle _reader;
    private readonly SafeFileHandle _writer;
    private readonly SemaphoreSlim _happened = new(0);
    private readonly long _watched;

    private Fifo(SafeFileHandle reader, SafeFileHandle writer)
    {
        _reader = reader;
        _writer = writer;
        _watched = FifoWatch.OfThisProgram.Add(reader, () => _happened.Release());
    }

    /// <summary>True when nobody writes, and nobody will: all that is left to read is in it.</summary>
    public bool HasNoWriter => (LinuxCalls.Poll(_reader, 0) & LinuxCalls.HungUp) != 0;

    /// <summary>True when a writer would have to wait. Not known any more when <see cref="CloseWriter"/> was called.</summary>
    public bool IsFull => !_writer.IsClosed && (LinuxCalls.Poll(_writer, LinuxCalls.Writable) & LinuxCalls.Writable) == 0;

    /// <summary>Makes the pipe, if it is not there yet, and opens it without waiting for anybody.</summary>
    /// <exception cref="IOException">The file system has no named pipes, or has no room.</exception>
    public static Fifo Open(string path, bool isNew)
    {
        if (isNew) LinuxCalls.MakeFifo(path);
        SafeFileHandle? reader = null;
        SafeFileHandle? writer = null;
        try
        {
            reader = LinuxCalls.Open(path, LinuxCalls.ReadOnly)!;   // only a writer finds nobody there

            // As long as this one is held, a command that has not begun is not taken for one that has ended.
            writer = LinuxCalls.Open(path, LinuxCalls.WriteOnly) ?? throw new IOException($"{path}: nobody reads it.");
            return new Fifo(reader, writer);
        }
        catch (IOException)
        {
            writer?.Dispose();
            reader?.Dispose();
            throw;
        }
    }

    /// <summary>From now on the pipe ends when its last writer elsewhere has gone.</summary>
    public void CloseWriter() => _writer.Dispose();

    /// <summary>The first bytes in it, which stay there; 0 when there are none and nobody writes any more, negative when there are none at present.</summary>
    public int Look(Span<byte> to)
    {
        lock (_glassLock)
        {
            var (reader, writer) = _glass.Value;
            var count = LinuxCalls.Copy(_reader, writer, to.Length);
            for (var done = 0; done < count;) done += LinuxCalls.Read(reader, to[done..count]);
            return count;
        }
    }

    /// <summary>
    /// Moves bytes that were looked at to a place in a file, and says how many: perhaps not all. <see cref="LinuxCalls.Unable"/>
    /// when this file system does not know how.
    /// </summary>
    /// <exception cref="IOException">The disk is full; what was not moved is still in the pipe.</exception>
    public int Move(SafeFileHandle file, long offset, int count) => LinuxCalls.Move(_reader, file, offset, count);

    /// <summary>Takes bytes that were looked at out of it.</summary>
    public void Skip(int count)
    {
        Span<byte> away = stackalloc byte[1024];
        while (count > 0)
        {
            var read = LinuxCalls.Read(_reader, away[..Math.Min(count, away.Length)]);
            if (read <= 0) return;
            count -= read;
        }
    }

    /// <summary>Until something has happened since the last time; it may be little. What comes into a pipe that is not empty may happen unheard.</summary>
    public async Task HappensAsync(TimeSpan longest, CancellationToken giveUp)
    {
        Task happened = _happened.WaitAsync(longest, giveUp);
        await happened.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_happened.Wait(0, CancellationToken.None))
        {
            // Several wake-ups before a look are one.
        }
    }

    public void Dispose()
    {
        FifoWatch.OfThisProgram.Remove(_watched);
        _writer.Dispose();
        _reader.Dispose();
    }
}
