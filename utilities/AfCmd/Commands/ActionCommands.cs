using System.CommandLine;
using System.Text.Json.Nodes;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>What people do with jobs: pause, resume, restart, restart-errors, skip, stop, delete.</summary>
internal static class ActionCommands
{
    public static IEnumerable<Command> All(CommonOptions common) =>
    [
        Action(common, "pause", "Holds jobs: running tasks go on, nothing new starts."),
        Action(common, "resume", "Lets paused jobs go on."),
        Action(common, "restart", "Runs tasks again, also those that are done."),
        Action(common, "restart-errors", "Runs failed tasks again."),
        Action(common, "skip", "Counts tasks as finished without running them."),
        Action(common, "stop", "Ends running tasks and pauses the job.", asks: true),
        Action(common, "delete", "Deletes whole jobs and ends their running tasks.", asks: true, whole: true),
    ];

    /// <summary>Asks the server for one operation on each job in turn, and says of each what came of it; one refusal does not keep the others back.</summary>
    public static async Task<int> PerformAsync(CommandSession session, IReadOnlyList<int> jobs, string operation, Func<JsonObject> body, CancellationToken stop)
    {
        var code = ExitCodes.Fine;
        foreach (var job in jobs)
        {
            var request = body();
            request["operation"] = operation;
            request["user_name"] = session.User;
            request["host_name"] = session.Console.HostName;
            try
            {
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

    private static FarmCommand Action(CommonOptions common, string name, string description, bool asks = false, bool whole = false)
    {
        var jobs = Numbers.Jobs();
        var blocks = Numbers.ListOption("--blocks", "Only these blocks; else all.");
        var tasks = Numbers.ListOption("--tasks", "Only these tasks; else all.");
        var yes = new Option<bool>("--yes") { Description = "Do not ask before several jobs are touched. Without a terminal nobody is asked." };
        var command = new FarmCommand(name, description)
        {
            Examples = whole ? [$"afcmd {name} 12", $"afcmd {name} 12 14-20 --yes"] : [$"afcmd {name} 12", $"afcmd {name} 12 14-20", $"afcmd {name} 12 --blocks 0 --tasks 1-5,9"],
            Arguments = { jobs },
        };
        if (!whole)
        {
            command.Add(blocks);
            command.Add(tasks);
        }

        if (asks) command.Add(yes);
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var numbers = line.GetRequiredValue(jobs);
            var mayAsk = asks && numbers.Count > 1 && session.Console is { InIsTerminal: true, ErrorIsTerminal: true } && !line.GetValue(yes);
            if (mayAsk && !await session.Console.ConfirmAsync($"{char.ToUpperInvariant(name[0])}{name[1..]} {numbers.Count} jobs ({Numbers.Ranges(numbers)})?", stop))
            {
                session.Note("Nothing was done.");
                return ExitCodes.Refused;
            }

            var blockNumbers = whole ? null : line.GetValue(blocks);
            var taskNumbers = whole ? null : line.GetValue(tasks);
            return await PerformAsync(session, numbers, name.Replace('-', '_'), () => Body(blockNumbers, taskNumbers), stop);
        });
        return command;
    }

    private static JsonObject Body(IReadOnlyList<int>? blocks, IReadOnlyList<int>? tasks)
    {
        var body = new JsonObject();
        if (blocks is not null) body["blocks"] = List(blocks);
        if (tasks is not null) body["tasks"] = List(tasks);
        return body;
    }

    private static JsonArray List(IReadOnlyList<int> numbers) => [.. numbers.Select(n => JsonValue.Create(n))];
}
