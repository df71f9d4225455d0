using System.CommandLine;
using System.Text.Json.Nodes;

namespace AfCmd.Commands;

/// <summary>A job that grows, and a job to take away: append, export.</summary>
internal static class EditCommands
{
    public static IEnumerable<Command> All(CommonOptions common) => [Append(common), Export(common)];

    private static FarmCommand Append(CommonOptions common)
    {
        var id = Numbers.Argument("ID", "The number of the job.", 1);
        var file = new Argument<string>("FILE") { Description = "The new blocks as JSON: one, a list, or {\"blocks\":[…]}; with --block the new tasks alike. - reads stdin." };
        var block = Numbers.OptionalOption("--block", "Append tasks to this block, which must be a list of tasks.", 0);
        var command = new FarmCommand("append", "Appends blocks to a job that is there, or tasks to a block of it.")
        {
            Examples = ["afcmd append 12 comp.json", "afcmd append 12 more-frames.json --block 0", "make-tasks.py | afcmd append 12 - --block 0"],
            Arguments = { id, file },
            Options = { block },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var number = line.GetValue(block);
            var things = number is null ? "blocks" : "tasks";
            var content = await JobFile.ReadNodeAsync(line.GetRequiredValue(file), session.Console, stop);
            var body = new JsonObject { ["params"] = new JsonObject { [things] = ListOf(content, things) } };
            if (number is { } one) body["blocks"] = BlockChoice.List([one]);
            return await ActionCommands.PerformAsync(session, [line.GetValue(id)], $"append_{things}", _ => Task.FromResult(body), stop);
        });
        return command;
    }

    private static JsonNode? ListOf(JsonNode content, string things) => content switch
    {
        JsonObject named when named.TryGetPropertyValue(things, out var list) => list?.DeepClone(),
        JsonObject one => new JsonArray(one.DeepClone()),
        _ => content.DeepClone(),
    };

    private static FarmCommand Export(CommonOptions common)
    {
        var id = Numbers.Argument("ID", "The number of the job.", 1);
        var command = new FarmCommand("export", "Writes a job as JSON, with later edits, to submit it again.")
        {
            Examples = ["afcmd export 12 > shot.json", "afcmd export 12 | afcmd submit -"],
            Arguments = { id },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            session.Console.Out.WriteLine((await session.Server.GetAsync($"jobs/{line.GetValue(id)}/export", stop)).Json);
            return ExitCodes.Fine;
        });
        return command;
    }
}
