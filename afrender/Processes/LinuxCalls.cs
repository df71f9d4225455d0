using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AfRender.Processes;

/// <summary>What Linux can do with named pipes, and the framework has no words for. A call that fails says why in an <see cref="IOException"/>.</summary>
internal static class LinuxCalls
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;

    /// <summary>There is nothing at present.</summary>
    public const int Nothing = -1;

    /// <summary>The system cannot do this with these files.</summary>
    public const int Unable = -2;

    public const short Writable = 0x4;
    public const short HungUp = 0x10;

    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const uint SpliceNonBlocking = 2;
    private const uint OwnerReadsAndWrites = 0x180;   // 0600

    private const int ErrorInterrupted = 4;
    private const int ErrorNobodyThere = 6;
    private const int ErrorAgain = 11;
    private const int ErrorInvalid = 22;

    private const int WatchAdd = 1;
    private const uint WatchedEdgesOfInput = 0x8000_0001;

    /// <summary>The structure is packed on this one kind of processor only.</summary>
    private static readonly bool _isPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [StructLayout(LayoutKind.Sequential)]
    private struct Asked
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }

    public static int WatchEventBytes => _isPacked ? 12 : 16;

    private static int WatchKeyAt => _isPacked ? 4 : 8;

    public static void MakeFifo(string path)
    {
        if (mkfifo(Text(path), OwnerReadsAndWrites) != 0) throw Failure(path);
    }

    /// <summary>Never waits, and no child inherits it; null when it is opened for writing and nobody reads.</summary>
    public static SafeFileHandle? Open(string path, int access)
    {
        var descriptor = open(Text(path), access | NonBlocking | CloseOnExec);
        if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);
        return Marshal.GetLastPInvokeError() == ErrorNobodyThere ? null : throw Failure(path);
    }

    /// <summary>Makes what stands in a folder outlast a loss of power.</summary>
    public static void FlushFolder(string path)
    {
        using var folder = Open(path, ReadOnly);
        if (folder is null || fsync(folder) != 0) throw Failure(path);
    }

    public static (SafeFileHandle Reader, SafeFileHandle Writer) MakePipe()
    {
        var ends = new int[2];
        if (pipe2(ends, NonBlocking | CloseOnExec) != 0) throw Failure("a pipe");
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Which of the events are there now; that nobody writes any more is always among the answers.</summary>
    public static short Poll(SafeFileHandle pipe, short wanted)
    {
        var isHeld = false;
        try
        {
            pipe.DangerousAddRef(ref isHeld);
            var asked = new Asked { Descriptor = (int)pipe.DangerousGetHandle(), Events = wanted };
            return poll(ref asked, 1, 0) > 0 ? asked.Found : (short)0;
        }
        finally
        {
            if (isHeld) pipe.DangerousRelease();
        }
    }

    /// <summary>Bytes read; 0 when nobody writes any more, or <see cref="Nothing"/>.</summary>
    public static int Read(SafeFileHandle pipe, Span<byte> to)
    {
        while (true)
        {
            if (Done(read(pipe, ref MemoryMarshal.GetReference(to), to.Length)) is { } done) return done;
        }
    }

    /// <summary>Bytes written, or <see cref="Nothing"/> when there is no room.</summary>
    public static int Write(SafeFileHandle pipe, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (Done(write(pipe, ref MemoryMarshal.GetReference(bytes), bytes.Length)) is { } done) return done;
        }
    }

    /// <summary>Copies what is in one pipe into another one, and leaves it where it is; 0 when nobody writes any more, or <see cref="Nothing"/>.</summary>
    public static int Copy(SafeFileHandle from, SafeFileHandle to, int most)
    {
        while (true)
        {
            if (Done(tee(from, to, most, SpliceNonBlocking)) is { } done) return done;
        }
    }

    /// <summary>Moves bytes out of a pipe into a file, in one step; <see cref="Unable"/> when the file system does not know how.</summary>
    public static int Move(SafeFileHandle pipe, SafeFileHandle file, long offset, int most)
    {
        while (true)
        {
            var at = offset;
            if (Done(splice(pipe, nint.Zero, file, ref at, most, SpliceNonBlocking)) is { } done) return done;
        }
    }

    public static SafeFileHandle MakeWatch()
    {
        var descriptor = epoll_create1(CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("a watch");
    }

    /// <summary>From now on the watch says this key whenever something has come into the pipe, or its last writer has gone.</summary>
    public static void Watch(SafeFileHandle watch, SafeFileHandle pipe, long key)
    {
        var wanted = new byte[WatchEventBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, WatchedEdgesOfInput);
        BinaryPrimitives.WriteInt64LittleEndian(wanted.AsSpan(WatchKeyAt), key);
        if (epoll_ctl(watch, WatchAdd, pipe, wanted) != 0) throw Failure("a watch");
    }

    /// <summary>Waits, and gives the keys of the pipes on which something has happened.</summary>
    public static IEnumerable<long> Watched(SafeFileHandle watch, byte[] events)
    {
        var count = epoll_wait(watch, events, events.Length / WatchEventBytes, -1);
        if (count < 0 && Marshal.GetLastPInvokeError() != ErrorInterrupted) throw Failure("a watch");
        for (var i = 0; i < count; i++) yield return BinaryPrimitives.ReadInt64LittleEndian(events.AsSpan((i * WatchEventBytes) + WatchKeyAt));
    }

    /// <summary>Null when it has to be done again.</summary>
    private static int? Done(nint result)
    {
        if (result >= 0) return (int)result;
        return Marshal.GetLastPInvokeError() switch
        {
            ErrorInterrupted => null,
            ErrorAgain => Nothing,
            ErrorInvalid => Unable,
            _ => throw Failure("a pipe"),
        };
    }

    private static IOException Failure(string what)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{what}: {error.Message}", error);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [DllImport("libc", SetLastError = true)]
    private static extern int mkfifo(byte[] path, uint mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    private static extern int pipe2([Out] int[] ends, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int poll(ref Asked asked, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    private static extern nint read(SafeFileHandle from, ref byte to, nint count);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(SafeFileHandle to, ref readonly byte from, nint count);

    [DllImport("libc", SetLastError = true)]
    private static extern nint tee(SafeFileHandle from, SafeFileHandle to, nint count, uint flags);

    [DllImport("libc", SetLastError = true)]
    private static extern nint splice(SafeFileHandle from, nint offsetFrom, SafeFileHandle to, ref long offsetTo, nint count, uint flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_ctl(SafeFileHandle watch, int operation, SafeFileHandle pipe, byte[] wanted);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_wait(SafeFileHandle watch, [Out] byte[] events, int most, int milliseconds);
}
