using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace AfServer.Journaling;

/// <summary>
/// The number of the last committed change, in a file beside the database: it tells that <c>farm.db-wal</c> was lost, or an
/// older <c>farm.db</c> put in its place, which the database itself cannot know. Written after each commit and not flushed: after
/// a power cut it may name an older change, never a newer one than the database has.
/// </summary>
internal sealed class CommittedEnd : IDisposable
{
    // The number and its checksum.
    private const int Bytes = 2 * sizeof(long);

    private readonly byte[] _bytes = new byte[Bytes];
    private readonly string _file;
    private readonly SafeFileHandle _handle;

    private CommittedEnd(string file, SafeFileHandle handle) => (_file, _handle) = (file, handle);

    public static string FileOf(string database) => database + "-end";

    /// <summary>Opens it for writing, or makes it.</summary>
    /// <exception cref="JournalException">It cannot be written.</exception>
    public static CommittedEnd Open(string database)
    {
        var file = FileOf(database);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) > Bytes) RandomAccess.SetLength(handle, Bytes);
            return new CommittedEnd(file, handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            throw Failed(file, e);
        }
    }

    /// <summary>The number that stands there, 0 when nothing does; null when it cannot be understood.</summary>
    public static long? Read(string database)
    {
        var file = FileOf(database);
        if (!File.Exists(file)) return 0;
        try
        {
            // A server has it open for writing.
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> bytes = stackalloc byte[Bytes];
            var length = RandomAccess.Read(handle, bytes, 0);
            if (length == 0) return 0;
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            return length == Bytes && BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]) == Checksum.Of(sequence, 0, []) ? sequence : null;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(file, e);
        }
    }

    /// <exception cref="JournalException">The disk does not take it.</exception>
    public void Write(long sequence)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes, sequence);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(sizeof(long)), Checksum.Of(sequence, 0, []));
        try
        {
            RandomAccess.Write(_handle, _bytes, 0);
        }
        catch (IOException e)
        {
            throw Failed(_file, e);
        }
    }

    public void Dispose() => _handle.Dispose();

    private static JournalException Failed(string file, Exception e) =>
        new($"{file} cannot be used: {e.Message} Check the disk, and let the server's user own the data folder and all files in it.", e);
}
