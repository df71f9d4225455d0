using Afanasy.Model;
using Microsoft.Win32.SafeHandles;

namespace AfServer.Journaling;

/// <summary>What became of a piece of output. <see cref="Length"/> is how much of the run's output the server has seen.</summary>
/// <param name="Accepted">False: the piece begins beyond what the server has; it wants the output from <see cref="Length"/> on.</param>
internal readonly record struct RunLogAppend(bool Accepted, long Length);

/// <summary>The file of one run's output, open for appending.</summary>
internal sealed class OpenRunLog(TaskRunId run, string file, long bytesMax) : IDisposable
{
    private readonly Lock _gate = new();
    private SafeFileHandle? _handle;
    private long _length;

    public TaskRunId Run => run;

    /// <summary>Who works with it now; counted by <see cref="RunLogs"/> under its own lock.</summary>
    public int Users { get; set; }

    /// <summary>No longer in the table: to be closed by its last user.</summary>
    public bool IsGone { get; set; }

    /// <summary>Writes what of these bytes is new. The file has <paramref name="length"/> bytes afterwards.</summary>
    public RunLogAppend Append(long offset, ReadOnlySpan<byte> bytes, out long length)
    {
        // Held over the writing: pieces of one run have an order, and only one connection brings them, so nobody waits here.
        lock (_gate)
        {
            Open();
            var answer = Write(offset, bytes);
            length = _length;
            return answer;
        }
    }

    public void Dispose() => _handle?.Dispose();

    private void Open()
    {
        if (_handle is not null) return;

        Directory.CreateDirectory(Path.GetDirectoryName(file)!); // a log always has a job's folder
        _handle = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _length = RandomAccess.GetLength(_handle);
    }

    private RunLogAppend Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_length >= bytesMax) return new RunLogAppend(true, offset + bytes.Length);
        if (offset > _length) return new RunLogAppend(false, _length);

        var known = _length - offset;
        if (known >= bytes.Length) return new RunLogAppend(true, _length);

        var rest = bytes[(int)known..];
        var seen = _length + rest.Length;
        Put(rest[..(int)Math.Min(rest.Length, bytesMax - _length)]);
        if (_length == bytesMax) Put(RunLogs.Marker(bytesMax));
        return new RunLogAppend(true, seen);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle!, bytes, _length); // Open was called
        _length += bytes.Length;
    }
}
