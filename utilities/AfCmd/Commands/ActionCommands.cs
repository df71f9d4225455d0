using System.CommandLine;
using System.Text.Json.Nodes;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>What people do with jobs, blocks and tasks: one row for each command.</summary>
internal static class ActionCommands
{
    private static readonly ActionWord[] _words =
    [
        new("pause", "Holds jobs: running tasks go on, nothing new starts."),
        new("resume", "Lets paused jobs go on."),
        new("stop", "Ends running tasks and pauses the job.", Reach.Tasks) { Asks = true },
        new("delete", "Deletes whole jobs and ends their running tasks.") { Asks = true },
        new("restart", "Runs tasks again, also those that are done or run now.", Reach.Dependents),
        new("restart-errors", "Runs failed tasks again.", Reach.Dependents),
        new("restart-running", "Ends tasks that run and starts them again.", Reach.Dependents),
        new("restart-done", "Runs tasks again that are done.", Reach.Dependents),
        new("restart-skipped", "Runs tasks that were skipped.", Reach.Dependents),
        new("restart-warnings", "Runs tasks again whose last run ended with a warning.", Reach.Dependents),
        new("restart-pause", "Sets tasks back to their beginning and pauses the job.", Reach.Dependents),
        new("skip", "Counts tasks as finished without running them.", Reach.Dependents),
        new("done", "Takes tasks for done without running them.", Reach.Dependents),
        new("suspend", "Holds tasks: they do not start until they are continued.", Reach.Dependents),
        new("continue", "Lets suspended tasks go on.", Reach.Dependents),
        new("reset-error-hosts", "Forgets on which hosts blocks had errors, so that these are used again.", Reach.Blocks),
        new("trynext", "Lets tasks start before all others of their job.", Reach.Tasks) { NeedsTasks = true },
        new("trynext-remove", "Takes tasks from those that start before all others.", Reach.Tasks) { NeedsTasks = true, Operation = "trynext", Mode = "remove" },
        new("trynext-reset", "Lets all tasks of jobs start in their usual order again.") { Operation = "reset_trying_next_tasks" },
    ];

    private enum Reach
    {
        Job,
        Blocks,
        Tasks,
        Dependents,
    }

    public static IEnumerable<Command> All(CommonOptions common) => _words.Select(word => Action(common, word));

    /// <summary>Asks the server for one operation on each job in turn, and says of each what came of it; one refusal does not keep the others back.</summary>
    public static async Task<int> PerformAsync(CommandSession session, IReadOnlyList<int> jobs, string operation, Func<int, Task<JsonObject>> body, CancellationToken stop)
    {
        var code = ExitCodes.Fine;
        foreach (var job in jobs)
        {
            try
            {
                var request = await body(job);
                request["operation"] = operation;
                request["user_name"] = session.User;
                request["host_name"] = session.Console.HostName;
                var answer = await session.Server.PostAsync($"jobs/{job}/actions", request, stop);
                if (session.Json)
                {
                    session.Console.Out.WriteLine(answer.Json);
                    continue;
                }

                var result = answer.Read<ActionResult>();
                session.Console.Out.WriteLine(Words.Printable($"job {job}: {result.Detail ?? $"{operation}, {result.Changed} changed"}"));
            }
            catch (CommandFailure refusal) when (refusal.ExitCode == ExitCodes.Refused)
            {
                foreach (var line in refusal.Lines) session.Note($"job {job}: {line}");
                code = ExitCodes.Refused;
            }
        }

        return code;
    }

    private static FarmCommand Action(CommonOptions common, ActionWord word)
    {
        var jobs = Numbers.Jobs();
        var choice = new BlockChoice();
        var tasks = Numbers.ListOption("--tasks", word.NeedsTasks ? "These tasks of the block." : "Only these tasks of the block; else all.");
        var dependents = new Option<bool>("--with-dependents") { Description = "Also the tasks that wait for these, of other jobs too." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask before several jobs are touched. Without a terminal nobody is asked." };
        var command = new FarmCommand(word.Name, word.Description) { Examples = [.. Examples(word)], Arguments = { jobs } };
        if (word.Reach >= Reach.Blocks) choice.AddTo(command);
        if (word.Reach >= Reach.Tasks) command.Add(tasks);
        if (word.Reach >= Reach.Dependents) command.Add(dependents);
        if (word.Asks) command.Add(yes);
        if (word.NeedsTasks) command.Contradictions = line => line.GetResult(tasks) is null ? [$"--tasks: is missing. Say which ones, such as: afcmd {word.Name} 12 --blocks 0 --tasks 5"] : [];
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var numbers = line.GetRequiredValue(jobs);
            if (word.Asks && numbers.Count > 1 && !line.GetValue(yes)
                && !await session.MayAsync($"{char.ToUpperInvariant(word.Name[0])}{word.Name[1..]} {numbers.Count} jobs ({Numbers.Ranges(numbers)})?", stop))
            {
                return ExitCodes.Refused;
            }

            return await PerformAsync(session, numbers, word.Operation ?? word.Name.Replace('-', '_'), _ => Task.FromResult(Body()), stop);

            JsonObject Body()
            {
                var body = new JsonObject();
                choice.WriteTo(body, line);
                if (line.GetResult(tasks) is not null && line.GetValue(tasks) is { } chosen) body["tasks"] = BlockChoice.List(chosen);
                if (line.GetValue(dependents)) body["affect_depends"] = true;
                if (word.Mode is { } mode) body["params"] = new JsonObject { ["mode"] = mode };
                return body;
            }
        });
        return command;
    }

    private static IEnumerable<string> Examples(ActionWord word)
    {
        if (!word.NeedsTasks) yield return $"afcmd {word.Name} 12";
        if (word is { Reach: Reach.Job }) yield return $"afcmd {word.Name} 12 14-20{(word.Asks ? " --yes" : "")}";
        if (word.Reach >= Reach.Tasks) yield return $"afcmd {word.Name} 12 --blocks 0 --tasks 1-5,9";
        if (word.Reach >= Reach.Blocks && !word.NeedsTasks) yield return $"afcmd {word.Name} 12 --block-mask render";
        if (word.Reach >= Reach.Dependents) yield return $"afcmd {word.Name} 12 --blocks 0 --with-dependents";
    }

    private sealed record ActionWord(string Name, string Description, Reach Reach = Reach.Job)
    {
        /// <summary>The server's word, where it is not the name.</summary>
        public string? Operation { get; init; }

        public string? Mode { get; init; }

        /// <summary>What it does to several jobs is not easily undone.</summary>
        public bool Asks { get; init; }

        public bool NeedsTasks { get; init; }
    }
}
