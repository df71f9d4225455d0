namespace AfServer.Gateways.Rest;

/// <summary>A log from one byte on, to where it ended when it was asked for: it may grow while it is sent, and its length was said before.</summary>
internal sealed class LogWindow : Stream
{
    private readonly Stream _log;
    private readonly long _begin;

    public LogWindow(Stream log, long begin)
    {
        _log = log;
        End = log.Length;
        _begin = Math.Min(begin, End);
        _log.Position = _begin;
    }

    /// <summary>The length of the whole log when it was asked for.</summary>
    public long End { get; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => End - _begin;

    public override long Position
    {
        get => _log.Position - _begin;
        set => _log.Position = _begin + value;
    }

    public override int Read(byte[] buffer, int offset, int count) => _log.Read(buffer, offset, Within(count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _log.ReadAsync(buffer[..Within(buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _log.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await base.DisposeAsync();
    }

    private int Within(int count) => (int)Math.Clamp(End - _log.Position, 0, count);
}
