using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Afanasy.Model;
using AfJournal.Commands;
using AfJournal.Words;
using AfServer.Journaling;

namespace AfJournal;

/// <summary>Puts the commands together, runs one, and turns whatever ends it into lines and an exit code.</summary>
internal static class JournalProgram
{
    private const string Description =
        "journal: looks after the journal of an Afanasy farm, which is everything that the farm must not forget. A backup is one SQLite file: export writes it, verify judges it, restore puts it back. Results go to stdout, progress and complaints to stderr.";

    private static readonly string[] _examples =
    [
        "journal export /backup/farm-$(date +%F).db                      a backup, while the server runs",
        "journal verify --file /backup/farm-2026-01-01.db                is it good?",
        "journal restore /backup/farm-2026-01-01.db --force              put it back; the server is stopped",
        "journal verify                                                  the server does not start: what is left?",
        "journal export --until last-good saved.db                       … keep that",
        "journal dump --from 120000                                      what happened",
        "journal restore ~/.local/share/afanasy/farm.db --store postgres --postgres CONNECTION     from SQLite to PostgreSQL",
        "",
        "Exit codes: 0 fine, 1 damaged or refused, 2 wrong usage, 3 a server holds it.",
    ];

    public static int Run(IReadOnlyList<string> words, Screen screen, TimeProvider time)
    {
        var root = Root(screen, time);
        if (words is ["help", ..]) words = [.. words.Skip(1), "--help"];
        var line = root.Parse(words, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (line.Action is not (HelpAction or ExampleHelp or VersionWords))
        {
            if (words.Count == 0)
            {
                root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = screen.Error });
                return ExitCodes.WrongUsage;
            }

            var missing = line.CommandResult.Command.Arguments.Where(argument => (line.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues).ToList();
            var problems = missing.Count > 0 ? missing.Select(argument => $"{argument.Name}: is missing. {argument.Description}").ToList() : line.Errors.Select(error => error.Message).Distinct().ToList();
            if (problems.Count == 0 && line.CommandResult.Command is ToolCommand command) problems.AddRange(command.Contradictions(line));
            if (problems.Count > 0) return WrongUsage(screen, line, problems);
        }

        return Invoke(line, screen);
    }

    private static int Invoke(ParseResult line, Screen screen)
    {
        try
        {
            return line.Invoke(new InvocationConfiguration { Output = screen.Out, Error = screen.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (ToolFailure failure)
        {
            foreach (var text in failure.Lines) screen.Error.WriteLine(text);
            return failure.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Also what a damaged journal ends with: its message says what to do.
            screen.Error.WriteLine($"journal: {e.Message}");
            return ExitCodes.Damaged;
        }
        finally
        {
            screen.Out.Flush();
        }
    }

    private static RootCommand Root(Screen screen, TimeProvider time)
    {
        var root = new RootCommand(Description) { VerifyCommand.Make(screen, time), DumpCommand.Make(screen, time), ExportCommand.Make(screen, time), RestoreCommand.Make(screen, time) };
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new ExampleHelp(help);
            if (option is VersionOption) option.Action = new VersionWords();
        }

        return root;
    }

    private static int WrongUsage(Screen screen, ParseResult line, List<string> problems)
    {
        foreach (var problem in problems) screen.Error.WriteLine($"journal: {problem}");
        var command = line.CommandResult.Command is RootCommand ? "" : line.CommandResult.Command.Name + " ";
        screen.Error.WriteLine($"'journal {command}--help' shows how it is used.");
        return ExitCodes.WrongUsage;
    }

    private sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in parseResult.CommandResult.Command is ToolCommand command ? command.Examples : _examples) output.WriteLine(example.Length == 0 ? "" : $"  {example}");
            return ExitCodes.Fine;
        }
    }

    private sealed class VersionWords : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"journal {ProgramVersion.Text}");
            return ExitCodes.Fine;
        }
    }
}
