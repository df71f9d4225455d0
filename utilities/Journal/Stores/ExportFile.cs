using AfServer.Journaling;

namespace AfJournal.Stores;

/// <summary>A file that is there whole or not at all.</summary>
internal static class ExportFile
{
    private const string Unfinished = ".unfinished";

    // What stands beside a database and belongs to it.
    private static readonly string[] _endings = ["", "-wal", "-shm", "-journal", "-end"];

    /// <summary>Lets a file be made under another name, and gives it its own when it is made and on disk.</summary>
    /// <param name="source">Where that is read from.</param>
    public static T Write<T>(string file, bool force, string source, Func<string, T> make)
    {
        RefuseLiving(file, source);
        if (Directory.Exists(file)) throw new ToolFailure(ExitCodes.WrongUsage, $"{file} is a folder. Name the file to write.");
        if (!force && File.Exists(file)) throw new ToolFailure(ExitCodes.Damaged, $"{file} is there already, nothing was written. Give another name, or --force to replace it.");

        var unfinished = file + Unfinished;
        Delete(unfinished);
        try
        {
            var made = make(unfinished);
            Flush(unfinished);
            File.Move(unfinished, file, overwrite: force);
            FolderOnDisk.Flush(Path.GetDirectoryName(file)!);   // a file has a folder
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

    /// <summary>A backup in the place of what it is taken from, or of what a server works with, would be the end of both.</summary>
    private static void RefuseLiving(string file, string source)
    {
        if (_endings.Any(ending => SamePlace.Are(file, source + ending)))
            throw new ToolFailure(ExitCodes.Damaged, $"{file} belongs to the journal that is to be exported, nothing was written. Give another name.");
        foreach (var place in new[] { Path.GetFullPath(file), SamePlace.Of(file) })
        {
            var (folder, name) = (Path.GetDirectoryName(place)!, Path.GetFileName(place));   // a file has a folder
            if (_endings.Any(ending => string.Equals(name, DataFolder.JournalFileName + ending, StringComparison.OrdinalIgnoreCase)) && DataFolder.HolderOf(folder) is { } holder)
                throw new ToolFailure(ExitCodes.Locked, $"{file} belongs to a server that works in {folder} ({holder}), nothing was written. Give another name.");
        }
    }

    /// <summary>With all that databases leave beside themselves, also of an export that was killed.</summary>
    private static void Delete(string file)
    {
        foreach (var left in Directory.GetFiles(Path.GetDirectoryName(file)!).Where(left => left.StartsWith(file, StringComparison.Ordinal))) File.Delete(left);   // a file has a folder
    }
}
