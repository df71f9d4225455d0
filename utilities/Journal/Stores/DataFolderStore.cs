using System.Globalization;
using AfJournal.Words;
using AfServer.Journaling;

namespace AfJournal.Stores;

/// <summary>The data folder of a server that keeps its facts in SQLite.</summary>
internal sealed class DataFolderStore(string folder, TimeProvider time) : IRestorableStore
{
    /// <summary>What belongs to a database, in the order in which it is put aside: without the file itself a server starts with nothing of it.</summary>
    private static readonly string[] _endings = ["", "-wal", "-shm", "-end"];

    private readonly string _folder = Path.GetFullPath(folder);

    public string Place => Path.Combine(_folder, DataFolder.JournalFileName);

    public string Options => $"--data {_folder}";

    private SqliteFileStore Database => new(Place);

    public IStoredJournal Open() => Database.Open();

    public void Pack(string to, Steps steps) => Database.Pack(to, steps);

    public string? Restore(SqliteFileStore from, bool force, Steps steps)
    {
        using var held = Hold();
        if (!force && _endings.Any(ending => File.Exists(Place + ending)))
            throw new ToolFailure(ExitCodes.Damaged, $"{_folder} has a journal already, nothing was changed. Give another folder with --data, or --force: then what is there is kept beside, under a name with the time.");

        var fresh = Place + ".restoring";
        File.Delete(fresh);
        from.Pack(fresh, steps);
        ExportFile.Flush(fresh);

        var aside = PutAside();
        File.Move(fresh, Place);
        return aside;
    }

    private DataFolder Hold()
    {
        try
        {
            return DataFolder.Open(_folder, time);
        }
        catch (DataFolderLockedException e)
        {
            throw new ToolFailure(ExitCodes.Locked, $"{e.Message} Nothing was changed.");
        }
    }

    private string? PutAside()
    {
        var there = _endings.Where(ending => File.Exists(Place + ending)).ToList();
        if (there.Count == 0) return null;
        var aside = string.Create(CultureInfo.InvariantCulture, $"{Place}.before-{time.GetUtcNow():yyyyMMddTHHmmssfffZ}");
        foreach (var ending in there) File.Move(Place + ending, aside + ending);
        return aside;
    }
}
