using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using AfCmd.Commands;
using AfCmd.Terminal;

namespace AfCmd;

/// <summary>Puts the commands together, runs one, and turns whatever ends it into lines and an exit code.</summary>
internal static class AfCmdProgram
{
    private const string Description = "afcmd: the command line of the Afanasy render farm. Results go to stdout, everything else to stderr.";

    private static readonly string[] _examples =
    [
        "afcmd submit shot.json --wait           submit a job and wait until it is done",
        "afcmd jobs user:anna state:running      the running jobs of anna",
        "afcmd tasks 12 --state error            what failed in job 12",
        "afcmd log 12 0 7 --follow               watch task 7 of block 0",
        "afcmd restart-errors 12                 try the failed tasks again",
        "afcmd why 12                            why job 12 does not run",
        "afcmd set 12 priority=150               change a field of job 12",
        "afcmd render box7 nimby                 keep a machine for its own user",
        "",
        "Exit codes: 0 fine, 1 refused or failed, 2 wrong usage, 3 server not reachable.",
        "NO_COLOR switches colours off; where stdout is no terminal, tables are plain lines.",
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> words, CommandConsole console, CancellationToken stop)
    {
        var common = new CommonOptions(console);
        var root = Root(common);
        if (words is ["help", ..]) words = [.. words.Skip(1), "--help"];
        var line = root.Parse(words, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var asksOnlyToBeTold = line.Action is HelpAction or ExampleHelp or VersionWords;
        if (!asksOnlyToBeTold)
        {
            if (words.Count == 0)
            {
                root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = console.Error });
                return ExitCodes.WrongUsage;
            }

            var problems = UsageProblems.Of(line).Concat(common.Problems(line)).Distinct().ToList();
            if (problems.Count > 0) return WrongUsage(console, line, problems);
        }

        return await InvokeAsync(line, console, stop);
    }

    private static async Task<int> InvokeAsync(ParseResult line, CommandConsole console, CancellationToken stop)
    {
        var invocation = new InvocationConfiguration
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await line.InvokeAsync(invocation, stop);
        }
        catch (CommandFailure failure)
        {
            foreach (var text in failure.Lines) console.Error.WriteLine(Words.Printable(text));
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            console.Error.WriteLine("Interrupted.");
            return ExitCodes.Refused;
        }
        catch (IOException full)
        {
            // Files and connections have words of their own: what is left is the result that nobody takes.
            console.Error.WriteLine($"The result cannot be written: {full.Message}");
            return ExitCodes.Refused;
        }
    }

    private static RootCommand Root(CommonOptions common)
    {
        var root = new RootCommand(Description);
        common.AddTo(root);
        foreach (var command in SubmitCommand.All(common)
            .Concat(JobCommands.All(common))
            .Concat(WhyCommand.All(common))
            .Concat(LogCommand.All(common))
            .Concat(ActionCommands.All(common))
            .Concat(SetCommand.All(common))
            .Concat(EditCommands.All(common))
            .Concat(RenderCommands.All(common))
            .Concat(NodeLists.All(common))
            .Concat(NodeCommands.All(common))
            .Concat(LogLevelCommand.All(common)))
        {
            root.Add(command);
        }

        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new ExampleHelp(help);
            if (option is VersionOption) option.Action = new VersionWords();
        }

        return root;
    }

    private static int WrongUsage(CommandConsole console, ParseResult line, IReadOnlyList<string> problems)
    {
        foreach (var problem in problems) console.Error.WriteLine(Words.Printable(problem));
        var command = line.CommandResult.Command is RootCommand ? "" : line.CommandResult.Command.Name + " ";
        console.Error.WriteLine($"'afcmd {command}--help' shows how it is used.");
        return ExitCodes.WrongUsage;
    }

    private sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            var examples = parseResult.CommandResult.Command is FarmCommand command ? command.Examples : _examples;
            var output = parseResult.InvocationConfiguration.Output;
            WriteOperations(output, (parseResult.CommandResult.Command as FarmCommand)?.Operations ?? []);
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine(example.Length == 0 ? "" : $"  {example}");
            return ExitCodes.Fine;
        }

        private static void WriteOperations(TextWriter output, IReadOnlyList<(string Usage, string Description)> operations)
        {
            if (operations.Count == 0) return;
            var width = operations.Max(operation => operation.Usage.Length) + 2;
            output.WriteLine("Operations:");
            foreach (var (usage, description) in operations) output.WriteLine($"  {usage.PadRight(width)}{description}");
            output.WriteLine();
        }
    }

    private sealed class VersionWords : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"afcmd {typeof(AfCmdProgram).Assembly.GetName().Version?.ToString(3)}");
            return ExitCodes.Fine;
        }
    }
}
