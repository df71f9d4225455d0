namespace AfJournal.Stores;

/// <summary>A file that is there whole or not at all.</summary>
internal static class ExportFile
{
    private const string Unfinished = ".unfinished";

    /// <summary>Lets a file be made under another name, and gives it its own when it is made and on disk.</summary>
    public static T Write<T>(string file, bool force, Func<string, T> make)
    {
        if (Directory.Exists(file)) throw new ToolFailure(ExitCodes.WrongUsage, $"{file} is a folder. Name the file to write.");
        if (!force && File.Exists(file)) throw new ToolFailure(ExitCodes.Damaged, $"{file} is there already, nothing was written. Give another name, or --force to replace it.");

        var unfinished = file + Unfinished;
        Delete(unfinished);
        try
        {
            var made = make(unfinished);
            Flush(unfinished);
            File.Move(unfinished, file, overwrite: force);
            return made;
        }
        finally
        {
            Delete(unfinished);
        }
    }

    public static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    private static void Delete(string file)
    {
        foreach (var ending in new[] { "", "-wal", "-shm", "-journal", "-end" }) File.Delete(file + ending);
    }
}
