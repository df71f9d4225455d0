using System.Globalization;
using AfJournal.Checking;
using AfJournal.Words;
using AfServer.Journaling;

namespace AfJournal.Stores;

/// <summary>The data folder of a server that keeps its facts in SQLite.</summary>
internal sealed class DataFolderStore(string folder, TimeProvider time) : IRestorableStore
{
    /// <summary>What belongs to a database, in the order in which it is put aside: without the file itself a server starts with nothing of it.</summary>
    private static readonly string[] _endings = ["", "-wal", "-shm", "-end"];

    private const string Before = ".before-";

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

        // While this file is there and the database is not, a server begins no empty farm.
        var fresh = Place + JournalSchema.Restoring;
        var goesOn = File.Exists(fresh) && !File.Exists(Place);
        Make(fresh, from, keepsName: goesOn, steps);

        var aside = PutAside(goesOn);
        FolderOnDisk.Flush(_folder);
        File.Move(fresh, Place);
        FolderOnDisk.Flush(_folder);
        return aside;
    }

    private void Make(string fresh, SqliteFileStore from, bool keepsName, Steps steps)
    {
        var isMade = false;
        try
        {
            // Emptied, not deleted: an earlier restore may have been cut short.
            File.Create(fresh).Dispose();
            from.Pack(fresh, steps);
            if (Verification.Of(new SqliteFileStore(fresh), steps) is { IsFine: false } verdict)
                throw new ToolFailure(ExitCodes.Damaged, [$"The copy of {from.Place} in {_folder} is damaged, nothing was changed. Check the disk.", .. verdict.Damage.Select(damage => $"  {damage}")]);
            ExportFile.Flush(fresh);
            FolderOnDisk.Flush(_folder);
            isMade = true;
        }
        finally
        {
            if (!isMade && !keepsName) File.Delete(fresh);
        }
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

    /// <param name="goesOn">Of what a restore that was cut short has put aside, the rest comes under the same name.</param>
    private string? PutAside(bool goesOn)
    {
        var there = _endings.Where(ending => File.Exists(Place + ending)).ToList();
        var begun = goesOn ? Begun(there) : null;
        if (there.Count == 0) return begun;
        var aside = begun ?? string.Create(CultureInfo.InvariantCulture, $"{Place}{Before}{time.GetUtcNow():yyyyMMddTHHmmssfffZ}");
        foreach (var ending in there) File.Move(Place + ending, aside + ending);
        return aside;
    }

    /// <summary>The last name under which a database was put aside, if all of this has room there.</summary>
    private string? Begun(List<string> endings)
    {
        var last = Directory.GetFiles(_folder, $"{DataFolder.JournalFileName}{Before}*").Where(file => file.EndsWith('Z')).Max(StringComparer.Ordinal);
        return last is not null && endings.All(ending => !File.Exists(last + ending)) ? last : null;
    }
}
