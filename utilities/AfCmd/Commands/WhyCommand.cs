using System.CommandLine;
using AfCmd.Server;
using AfCmd.Terminal;
using Spectre.Console;
using Column = AfCmd.Terminal.Column;
using Table = AfCmd.Terminal.Table;

namespace AfCmd.Commands;

/// <summary>Why something does not start, in the words of what solves: why.</summary>
internal static class WhyCommand
{
    private static readonly Style _advice = new(Color.Green);

    public static IEnumerable<Command> All(CommonOptions common) => [Why(common)];

    private static FarmCommand Why(CommonOptions common)
    {
        var id = Numbers.OptionalArgument("ID", "The number of the job.", 1);
        var block = Numbers.OptionalArgument("BLOCK", "Only this block of it.", 0);
        var task = Numbers.OptionalArgument("TASK", "Only this task of the block.", 0);
        var render = new Option<string>("--render") { Description = "Why this render takes nothing of what waits.", HelpName = "NAME" };
        var command = new FarmCommand("why", "Says why a job, block or task does not start, or why a render takes nothing, and what to change.")
        {
            Examples = ["afcmd why 12", "afcmd why 12 0", "afcmd why 12 0 7", "afcmd why --render box7"],
            Arguments = { id, block, task },
            Options = { render },
        };
        command.Contradictions = line => (line.GetResult(id) is { Tokens.Count: > 0 }, line.GetResult(render) is not null) switch
        {
            (false, false) => ["ID: is missing. Say which job, such as: afcmd why 12; or which render: afcmd why --render box7"],
            (true, true) => ["--render: asks about a render; leave out the number of the job, or leave out --render"],
            _ => [],
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var answer = await session.Server.GetAsync(Address(), stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else Show(session.Console, answer.Read<WhyRow>());
            return ExitCodes.Fine;

            string Address() => line.GetValue(render) is { } name ? $"renders/{Uri.EscapeDataString(name)}/why"
                : $"jobs/{line.GetValue(id)}{(line.GetValue(block) is { } b ? $"/blocks/{b}" : "")}{(line.GetValue(task) is { } t ? $"/tasks/{t}" : "")}/why";
        });
        return command;
    }

    private static void Show(CommandConsole console, WhyRow why)
    {
        var subject = why switch
        {
            { Render: { } render } => $"Render {render}",
            { Task: { } task } => $"Task {task} in block {why.Block} of job {why.Job}",
            { Block: { } block } => $"Block {block} of job {why.Job}",
            _ => $"Job {why.Job}",
        };
        console.WriteLine(why.Reason is null ? $"{subject} is {why.State}." : $"{subject} is {why.State}: {why.Reason}", Words.StateStyle(why.State ?? ""));
        if (!string.IsNullOrEmpty(why.Advice)) console.WriteLine($"What helps: {why.Advice}", _advice);

        var counted = why.Render is null ? "RENDERS" : "BLOCKS";
        var table = new Table(new(counted, Column.Kind.Number), new("REASON", Column.Kind.Problem), new("DETAIL"), new("WHAT HELPS"));
        foreach (var excluded in why.Excluded ?? [])
            table.Add($"{excluded.Count}", Words.OrDash(excluded.Reason), Words.OrDash(excluded.Detail), Words.OrDash(excluded.Advice));
        if (why.Fitting > 0) table.Add($"{why.Fitting}", "-", why.Fitting == 1 ? "fits" : "fit", "-");
        table.Write(console);
    }
}
