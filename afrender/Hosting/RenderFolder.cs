namespace AfRender.Hosting;

/// <summary>The data folder is another agent's, or cannot be used; the message is for an operator.</summary>
internal sealed class RenderFolderException(string message, bool isLocked) : Exception(message)
{
    /// <summary>By another agent, which lives.</summary>
    public bool IsLocked => isLocked;
}

/// <summary>The folder of one agent: locked while it lives, with the id that tells it from another agent of the same name.</summary>
internal sealed class RenderFolder : IDisposable
{
    // What the system says when somebody else has the file: sharing violation, and EAGAIN of Linux and of the BSDs.
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxAgain = 11;
    private const int BsdAgain = 35;

    // Keeps the lock from being collected.
    private static RenderFolder? _keptToTheEnd;

    private readonly FileStream _lock;

    private RenderFolder(FileStream held, string path, string instanceId)
    {
        _lock = held;
        RunsFolder = Path.Combine(path, "runs");
        InstanceId = instanceId;
    }

    public string InstanceId { get; }

    public string RunsFolder { get; }

    /// <exception cref="RenderFolderException">Another agent has it, or it cannot be written.</exception>
    public static RenderFolder Open(string path)
    {
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(path);
            held = Lock(path);
            return new RenderFolder(held, path, ReadInstance(Path.Combine(path, "instance")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw Unusable(path, e);
        }
    }

    /// <summary>What to say of a folder that cannot be used.</summary>
    public static RenderFolderException Unusable(string path, Exception e) =>
        new($"The folder {path} cannot be used: {e.Message} Give another --data folder, or let the user {Environment.UserName} write to it.", isLocked: false);

    /// <summary>Nobody else gets the folder before this program has ended: until then it reads the output of its runs.</summary>
    public void KeepToTheEnd() => _keptToTheEnd = this;

    public void Dispose()
    {
        if (_keptToTheEnd != this) _lock.Dispose();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WindowsSharingViolation or LinuxAgain or BsdAgain)
        {
            throw new RenderFolderException(
                $"Another afrender of this name has the folder {path}. Give this one another --name, or another --data folder.", isLocked: true);
        }
    }

    private static string ReadInstance(string file)
    {
        if (File.Exists(file) && Guid.TryParse(File.ReadAllText(file), out var known)) return known.ToString();
        var made = Guid.NewGuid().ToString();
        File.WriteAllText(file, made + "\n");
        return made;
    }
}
