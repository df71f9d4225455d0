using System.CommandLine;
using System.Globalization;
using AfJournal.Checking;
using AfJournal.Saving;
using AfJournal.Stores;
using AfJournal.Words;
using AfServer.Journaling;

namespace AfJournal.Commands;

/// <summary>Writes a backup: one file that a server can start with.</summary>
internal static class ExportCommand
{
    /// <summary>In place of a number: as far as it can be had.</summary>
    private const string LastGood = "last-good";

    public static ToolCommand Make(Screen screen, TimeProvider time)
    {
        var stores = new StoreOptions(screen, time);
        var file = new Argument<string>("FILE") { Description = "The file to write, such as farm-2026-01-01.db." };
        var until = Until();
        var force = new Option<bool>("--force") { Description = "Replace FILE if it is there." };
        var command = new ToolCommand("export", "Write a backup, also while the server runs: one packed SQLite file with the farm and its history, verified after writing. It is there whole or not at all.")
        {
            Examples = ["journal export /backup/farm-$(date +%F).db", "journal export --data /srv/afanasy --until last-good saved.db"],
            Contradictions = stores.Problems,
        };
        command.Add(file);
        stores.AddTo(command, withFile: true);
        command.Add(until);
        command.Add(force);
        command.SetAction(line =>
        {
            var (store, to) = (stores.Store(line), Path.GetFullPath(line.GetRequiredValue(file)));
            return line.GetValue(until) is { } end
                ? Save(store, to, end == LastGood ? null : long.Parse(end, CultureInfo.InvariantCulture), line.GetValue(force), screen, time)
                : Export(store, to, line.GetValue(force), screen);
        });
        return command;
    }

    private static Option<string?> Until()
    {
        var until = new Option<string?>("--until")
        {
            Description = "Keep the farm as it stood after this change, and no later history. last-good: as far as a damaged journal can be read.",
            HelpName = $"N|{LastGood}",
        };
        until.Validators.Add(result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (text != LastGood && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)) result.AddError($"--until: must be the number of a change or {LastGood}, was '{text}'");
        });
        return until;
    }

    private static int Export(IJournalStore store, string to, bool force, Screen screen)
    {
        var verdict = screen.Working(steps => ExportFile.Write(to, force, store.Place, unfinished =>
        {
            var end = Pack(store, unfinished, steps);
            var packed = Verified(store, unfinished, steps);
            return packed.End >= end ? packed : throw Short(store, packed.End, end);
        }));
        Tell(screen, to, verdict);
        return ExitCodes.Fine;
    }

    /// <returns>The number of the last change that it must have; a server may have gone on meanwhile.</returns>
    private static long Pack(IJournalStore store, string unfinished, Steps steps)
    {
        try
        {
            long end;
            using (var journal = store.Open()) end = journal.End;
            store.Pack(unfinished, steps);
            return end;
        }
        catch (JournalException e)
        {
            throw new ToolFailure(ExitCodes.Damaged, e.Message, "Nothing was written.");
        }
    }

    /// <exception cref="ToolFailure">What was written is not sound, and so is what it was written from.</exception>
    private static Verdict Verified(IJournalStore store, string unfinished, Steps steps)
    {
        var verdict = Verification.Of(new SqliteFileStore(unfinished), steps);
        if (verdict.IsFine) return verdict;
        throw new ToolFailure(
            ExitCodes.Damaged,
            [$"{store.Place} is damaged, nothing was written.", .. verdict.Damage.Select(damage => $"  {damage}"), verdict.Loss(), $"\"utilities/journal export {store.Options} --until {LastGood} FILE\" keeps what is good."]);
    }

    /// <summary>What stands beside a database, and tells that its end was lost, is not in a copy of it.</summary>
    private static ToolFailure Short(IJournalStore store, long found, long end) => new(
        ExitCodes.Damaged,
        $"{store.Place} is damaged, nothing was written: {Amount.Range(found + 1, end)} missing at the end.",
        $"\"utilities/journal verify {store.Options}\" says what to do.");

    private static int Save(IJournalStore store, string to, long? until, bool force, Screen screen, TimeProvider time)
    {
        var (verdict, saved) = screen.Working(steps => ExportFile.Write(to, force, store.Place, unfinished =>
        {
            using var journal = store.Open();
            var found = Verification.Of(journal, steps);
            steps.Begin("looking for the way to the change");
            var kept = new Salvage(journal, Salvage.WayTo(journal, found.Best, until), found.End, steps, time).Write(unfinished);
            return (Verified(store, unfinished, steps), kept);
        }));
        Tell(screen, to, verdict);
        foreach (var line in saved.LeftOut) screen.Out.WriteLine($"Left out: {line}.");
        if (saved.Missing > 0) screen.Out.WriteLine($"Left out: {Amount.Of(saved.Missing, "change")} after change {saved.Sequence}.");
        return ExitCodes.Fine;
    }

    private static void Tell(Screen screen, string to, Verdict verdict) =>
        screen.Out.WriteLine($"{to}: the farm after change {verdict.End}, {verdict.FarmWords}; {Amount.OfBytes(new FileInfo(to).Length)}, verified.");
}
