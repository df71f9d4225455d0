namespace AfRender.Processes;

/// <summary>A folder that a command has written into.</summary>
internal static class RunFolder
{
    /// <summary>Of the name of a folder that nobody needs any more, should the agent be killed before it is removed.</summary>
    public const string ClosedEnding = ".closed";

    /// <summary>Removes the folder of a run that the server has closed.</summary>
    /// <exception cref="IOException">Something of it cannot be removed.</exception>
    public static void RemoveClosed(string folder)
    {
        if (!Directory.Exists(folder)) return;
        Directory.Move(folder, folder + ClosedEnding);
        Remove(folder + ClosedEnding);
    }

    /// <summary>Removes it with all that is in it, also what the command has write-protected, as caches of packages are.</summary>
    /// <exception cref="IOException">Something of it cannot be removed.</exception>
    public static void Remove(string folder)
    {
        if (!Directory.Exists(folder)) return;
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (UnauthorizedAccessException) when (!OperatingSystem.IsWindows())
        {
            AllowAll(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AllowAll(string folder)
    {
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (open.TryPop(out var next))
        {
            if (!OperatingSystem.IsWindows()) next.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            foreach (var inner in next.EnumerateDirectories().Where(inner => inner.LinkTarget is null)) open.Push(inner);
        }
    }
}
