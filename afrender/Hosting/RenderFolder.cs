namespace AfRender.Hosting;

/// <summary>The data folder is another agent's, or cannot be used; the message is for an operator.</summary>
internal sealed class RenderFolderException(string message) : Exception(message);

/// <summary>The folder of one agent: locked while it lives, with the id that tells it from another agent of the same name.</summary>
internal sealed class RenderFolder : IDisposable
{
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
            throw new RenderFolderException($"The folder {path} cannot be used: {e.Message}");
        }
    }

    /// <summary>What a predecessor left of its runs; call when none of its processes lives any more.</summary>
    public void ClearRuns()
    {
        if (Directory.Exists(RunsFolder)) Directory.Delete(RunsFolder, recursive: true);
        Directory.CreateDirectory(RunsFolder);
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new RenderFolderException(
                $"Another afrender of this name has the folder {path}. Give this one another --name, or another --data folder.");
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
