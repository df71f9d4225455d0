using System.Globalization;

namespace AfServer.Journaling;

/// <summary>The folder that a server keeps everything in, held for this process alone until it is disposed.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>What the farm's database is called in its folder.</summary>
    public const string JournalFileName = "farm.db";

    private const string LockFileName = "lock";
    private const string HolderFileName = "lock.holder";

    // What the system says when somebody else has the file: sharing violation, and EAGAIN of Linux and of the BSDs.
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxAgain = 11;
    private const int BsdAgain = 35;

    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int UnixNoSpace = 28;

    // What cannot be written is said where it is written, and not again when the file is closed.
    private const int Unbuffered = 0;

    // A file that somebody else wrote is quoted in an error message: a line of it is enough.
    private const int HolderBytesMax = 200;

    private readonly FileStream _lock;
    private readonly string _holderFile;

    private DataFolder(string path, FileStream held, string holderFile)
    {
        Path = path;
        _lock = held;
        _holderFile = holderFile;
    }

    public string Path { get; }

    public string JournalFile => System.IO.Path.Combine(Path, JournalFileName);

    public string LogsFolder => System.IO.Path.Combine(Path, "logs");

    public string ThumbnailsFolder => System.IO.Path.Combine(Path, "thumbnails");

    /// <summary>Makes the folder if it is not there and takes it.</summary>
    /// <exception cref="DataFolderLockedException">Another process has it.</exception>
    /// <exception cref="IOException">It cannot be made or written; the message says why and what to do.</exception>
    public static DataFolder Open(string path, TimeProvider time)
    {
        var full = System.IO.Path.GetFullPath(path);
        var lockFile = System.IO.Path.Combine(full, LockFileName);

        // A locked file cannot be read by another .NET program, so the same words stand beside it.
        var holderFile = System.IO.Path.Combine(full, HolderFileName);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(full);
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, Unbuffered);
            var holder = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, started {time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} on {Environment.MachineName}");
            Write(held, holder);
            File.WriteAllText(holderFile, holder + "\n");
            return new DataFolder(full, held, holderFile);
        }
        catch (IOException e) when (held is null && IsHeld(e))
        {
            throw new DataFolderLockedException(full, Holder(holderFile), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            if (e.HResult is WindowsDiskFull or UnixNoSpace) throw new IOException($"The disk that holds the data folder {full} is full: {e.Message} Make room, then start the server again.", e);
            throw new IOException($"The data folder {full} cannot be used: {e.Message} Give another one with --data, or let the user {Environment.UserName} write to it.", e);
        }
    }

    /// <summary>Who holds a folder at this moment, in words; null when nobody does.</summary>
    public static string? HolderOf(string path)
    {
        try
        {
            using var free = new FileStream(System.IO.Path.Combine(path, LockFileName), FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return Holder(System.IO.Path.Combine(path, HolderFileName));
        }
    }

    public void Dispose()
    {
        // The lock file itself stays: deleting it would let two processes lock two files of that name.
        File.Delete(_holderFile);
        _lock.SetLength(0);
        _lock.Dispose();
    }

    private static bool IsHeld(IOException e) => e.HResult is WindowsSharingViolation or LinuxAgain or BsdAgain;

    private static void Write(FileStream file, string holder)
    {
        file.SetLength(0);
        file.Write(System.Text.Encoding.UTF8.GetBytes(holder + "\n"));
        file.Flush();
    }

    private static string Holder(string holderFile)
    {
        try
        {
            using var reader = new StreamReader(holderFile);
            var text = new char[HolderBytesMax];
            var line = new string(text, 0, reader.ReadBlock(text)).Trim();
            return line.Length > 0 ? line : "process unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "process unknown";
        }
    }
}
