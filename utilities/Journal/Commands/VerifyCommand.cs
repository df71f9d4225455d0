using AfJournal.Checking;
using AfJournal.Stores;
using AfJournal.Words;
using Spectre.Console;

namespace AfJournal.Commands;

/// <summary>Reads everything and says whether it is sound.</summary>
internal static class VerifyCommand
{
    public static ToolCommand Make(Screen screen, TimeProvider time)
    {
        var stores = new StoreOptions(screen, time);
        var command = new ToolCommand("verify", "Read all of a journal and say whether it is sound; also beside a running server. Writes nothing.")
        {
            Examples = ["journal verify", "journal verify --data /srv/afanasy", "journal verify --file /backup/farm-2026-01-01.db"],
            Contradictions = stores.Problems,
        };
        stores.AddTo(command, withFile: true);
        command.SetAction(line => Run(stores.Store(line), screen));
        return command;
    }

    private static int Run(IJournalStore store, Screen screen)
    {
        var verdict = screen.Working(steps => Verification.Of(store, steps));
        screen.Write(Drawn(verdict));
        screen.Out.WriteLine();
        if (verdict.IsFine)
        {
            screen.Out.WriteLine($"{verdict.Place} is fine: change {verdict.End}, {verdict.FarmWords}.");
            return ExitCodes.Fine;
        }

        screen.Out.WriteLine($"{verdict.Place} is damaged. {verdict.Loss()}");
        foreach (var advice in Advice(store, verdict)) screen.Out.WriteLine(advice);
        return ExitCodes.Damaged;
    }

    private static Table Drawn(Verdict verdict)
    {
        var table = new Table().NoBorder();
        foreach (var title in new[] { "CHECKED", "RESULT", "FOUND" })
            table.AddColumn(new TableColumn(new Text(title, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0), NoWrap = title != "FOUND" });
        foreach (var check in verdict.Checks)
        {
            var (word, style) = check.IsFine ? ("fine", new Style(Color.Green)) : ("damaged", new Style(Color.Red, decoration: Decoration.Bold));
            table.AddRow(new Text(check.Subject), new Text(word, style), new Text(Printable(check.Found)));
        }

        return table;
    }

    private static IEnumerable<string> Advice(IJournalStore store, Verdict verdict)
    {
        var to = store is IRestorableStore ? store.Options : "--data DIR";
        yield return "What to do: stop the server, keep a copy of what is there, then one of these.";
        if (verdict.Best is not null)
        {
            yield return $"  Keep what is good:  utilities/journal export {store.Options} --until last-good saved.db";
            yield return $"                      utilities/journal restore saved.db {to} --force";
        }

        yield return $"  Put a backup back:  utilities/journal restore BACKUP {to} --force";
        if (verdict.Best is null) yield return "  History alone:      sqlite3 farm.db .recover";
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
