using System.CommandLine;
using AfJournal.Checking;
using AfJournal.Stores;
using AfJournal.Words;

namespace AfJournal.Commands;

/// <summary>Puts an export back to where a server works.</summary>
internal static class RestoreCommand
{
    public static ToolCommand Make(Screen screen, TimeProvider time)
    {
        var stores = new StoreOptions(screen, time);
        var file = new Argument<string>("FILE") { Description = "An export, or any farm.db that no server works with." };
        var force = new Option<bool>("--force") { Description = "Also where there is a journal already: it is kept beside, under a name with the time." };
        var command = new ToolCommand("restore", "Verify an export and put it where a server starts from, also from SQLite to PostgreSQL and back. Run it as the server's user, while the server is stopped.")
        {
            Examples =
            [
                "journal restore /backup/farm-2026-01-01.db --data /srv/afanasy",
                "journal restore saved.db --data /srv/afanasy --force",
                "journal restore /srv/afanasy/farm.db --store postgres --postgres 'Host=db1;Database=farm;Username=farm'",
            ],
            Contradictions = stores.Problems,
        };
        command.Add(file);
        stores.AddTo(command, withFile: false);
        command.Add(force);
        command.SetAction(line => Restore(new SqliteFileStore(Path.GetFullPath(line.GetRequiredValue(file))), stores.Target(line), line.GetValue(force), screen));
        return command;
    }

    private static int Restore(SqliteFileStore from, IRestorableStore to, bool force, Screen screen)
    {
        if (from.Holder() is { } holder)
            throw new ToolFailure(ExitCodes.Locked, $"{from.Place} belongs to a server that works with it ({holder}), nothing was changed. Copy it with \"utilities/journal export {from.Options} FILE\" and restore FILE, or end that server first.");

        var (verdict, aside) = screen.Working(steps =>
        {
            var found = Verification.Of(from, steps);
            if (!found.IsFine)
            {
                throw new ToolFailure(
                    ExitCodes.Damaged,
                    [$"{from.Place} is damaged, nothing was changed.", .. found.Damage.Select(damage => $"  {damage}"), found.Loss(), $"Take another one, or what is good of this one: utilities/journal export {from.Options} --until last-good FILE"]);
            }

            return (found, to.Restore(from, force, steps));
        });
        if (aside is not null) screen.Out.WriteLine($"What was there is kept as {aside}.");
        screen.Out.WriteLine($"{to.Place}: the farm after change {verdict.End}, {verdict.FarmWords}. Start the server.");
        return ExitCodes.Fine;
    }
}
