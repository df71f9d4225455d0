using System.CommandLine;
using AfCmd.Server;

namespace AfCmd.Commands;

/// <summary>What a task wrote: log.</summary>
internal static class LogCommand
{
    public static IEnumerable<Command> All(CommonOptions common) => [Log(common)];

    private static FarmCommand Log(CommonOptions common)
    {
        var job = Numbers.Argument("ID", "The number of the job.", 1);
        var block = Numbers.Argument("BLOCK", "The number of the block in the job, from 0.", 0);
        var task = Numbers.Argument("TASK", "The number of the task in the block, from 0.", 0);
        var run = Numbers.OptionalOption("--run", "The log of this run; else of the newest.", 1);
        var follow = new Option<bool>("--follow") { Description = "Go on as lines arrive, until the run ends; waits for a task that has not started." };
        var command = new FarmCommand("log", "Prints what a task wrote, byte by byte.")
        {
            Examples = ["afcmd log 12 0 7", "afcmd log 12 0 7 --run 1 > first-try.log", "afcmd log 12 0 7 --follow"],
            Arguments = { job, block, task },
            Options = { run, follow },
        };
        command.Contradictions = line => line.GetValue<bool>("--json") ? ["--json: a log is text, it has no JSON"] : [];
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var place = new TaskPlace(line.GetValue(job), line.GetValue(block), line.GetValue(task));
            if (line.GetValue(follow)) await new LogFollow(session, place, line.GetValue(run)).RunAsync(stop);
            else await session.Server.CopyAsync(place.LogPath(line.GetValue(run), 0), session.Console.OutBytes, _ => { }, stop);
            return ExitCodes.Fine;
        });
        return command;
    }
}

/// <summary>One task, and where the server has it.</summary>
internal readonly record struct TaskPlace(int Job, int Block, int Task)
{
    public string Path => $"jobs/{Job}/blocks/{Block}/tasks/{Task}";

    public string LogPath(int? run, long offset)
    {
        string[] parameters = [.. run is { } number ? [$"run={number}"] : Array.Empty<string>(), .. offset > 0 ? [$"offset={offset}"] : Array.Empty<string>()];
        return $"{Path}/log{(parameters.Length > 0 ? "?" : "")}{string.Join('&', parameters)}";
    }
}
