using System.CommandLine;
using System.Globalization;
using AfJournal.Stores;
using AfJournal.Words;
using AfServer.Journaling;
using AfServer.Model;

namespace AfJournal.Commands;

/// <summary>Prints changes, one per line.</summary>
internal static class DumpCommand
{
    public static ToolCommand Make(Screen screen, TimeProvider time)
    {
        var stores = new StoreOptions(screen, time);
        var from = Number("--from", "The first change to print; else the oldest that is kept.");
        var to = Number("--to", "The last change to print; else the last there is.");
        var json = new Option<bool>("--json") { Description = "Print JSON, one object per line." };
        var snapshot = new Option<bool>("--snapshot") { Description = "Print the newest snapshot that can be read instead: the facts that make the farm as it stood then." };
        var command = new ToolCommand("dump", "Print the changes in their order: number, time (UTC), what happened, to what. Changes of before the older snapshot are forgotten by the server.")
        {
            Examples = ["journal dump --from 120000 --to 120100", "journal dump --json | jq 'select(.change == \"run ended\")'", "journal dump --snapshot --file backup.db"],
            Contradictions = line => stores.Problems(line).Concat(Problems(line, from, to, snapshot)),
        };
        stores.AddTo(command, withFile: true);
        foreach (var option in new Option[] { from, to, json, snapshot }) command.Add(option);
        command.SetAction(line =>
        {
            using var journal = stores.Store(line).Open();
            var write = Writer(screen.Out, line.GetValue(json));
            return line.GetValue(snapshot) ? DumpSnapshot(journal, write, screen) : DumpChanges(journal, line.GetValue(from) ?? long.MinValue, line.GetValue(to) ?? long.MaxValue, write, screen);
        });
        return command;
    }

    private static IEnumerable<string> Problems(ParseResult line, Option<long?> from, Option<long?> to, Option<bool> snapshot)
    {
        if (line.GetValue(from) > line.GetValue(to)) yield return "--from is after --to: nothing is between them.";
        if (line.GetValue(snapshot) && (line.GetValue(from) ?? line.GetValue(to)) is not null) yield return "--snapshot prints one snapshot whole: --from and --to do not go with it.";
    }

    private static Action<long, Change> Writer(TextWriter output, bool json) => json
        ? (sequence, change) => output.WriteLine(ChangeWords.Json(sequence, change))
        : (sequence, change) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sequence,9}  {Amount.Time(change.At)}  {ChangeWords.Line(change)}"));

    private static int DumpChanges(IStoredJournal journal, long from, long to, Action<long, Change> write, Screen screen)
    {
        var (next, damaged) = (0L, 0);
        foreach (var row in journal.RowsFrom(from).TakeWhile(row => row.Sequence <= to))
        {
            if (next == 0 && from > 0 && row.Sequence > from) screen.Error.WriteLine($"{Amount.Range(from, row.Sequence - 1)} not here: forgotten, because a snapshot tells what came of them.");
            if (next > 0 && row.Sequence != next) damaged += Tell(row.Missing(journal.Place, next));
            next = row.Sequence + 1;
            try
            {
                write(row.Sequence, row.Decode(journal.Place));
            }
            catch (JournalException e)
            {
                damaged += Tell(e);
            }
        }

        return damaged > 0 ? ExitCodes.Damaged : ExitCodes.Fine;

        int Tell(JournalException e)
        {
            screen.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static int DumpSnapshot(IStoredJournal journal, Action<long, Change> write, Screen screen)
    {
        var code = ExitCodes.Fine;
        foreach (var snapshot in journal.Snapshots.Reverse())
        {
            try
            {
                foreach (var change in SnapshotParts.Join(snapshot.Sequence, journal.PartsOf(snapshot.Sequence).Select(part => (part.Part, part.Checksum)))) write(snapshot.Sequence, change);
                return code;
            }
            catch (InvalidDataException e)
            {
                screen.Error.WriteLine($"{journal.Place}: the snapshot at change {snapshot.Sequence} cannot be read. {e.Message}");
                code = ExitCodes.Damaged;
            }
        }

        throw new ToolFailure(ExitCodes.Damaged, $"{journal.Place} has no snapshot{(code == ExitCodes.Fine ? " yet: everything is in the changes." : " that can be read.")}");
    }

    private static Option<long?> Number(string name, string description)
    {
        var option = new Option<long?>(name) { Description = description, HelpName = "N" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
            result.AddError($"{name}: must be the number of a change, was '{text}'");
            return null;
        };
        return option;
    }
}
