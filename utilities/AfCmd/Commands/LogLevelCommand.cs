using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>How much the programs of the farm write into their logs, changed while they run: log-level.</summary>
internal static class LogLevelCommand
{
    public static IEnumerable<Command> All(CommonOptions common) => [LogLevel(common)];

    private static FarmCommand LogLevel(CommonOptions common)
    {
        var words = new Argument<JsonObject?>("SUBSYSTEM=LEVEL")
        {
            Description = "* is every subsystem; trace, debug, info, warning or error. Without any, the levels are shown.",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = Parse,
        };
        var render = new Option<string>("--render") { Description = "Of this render instead of the server.", HelpName = "NAME" };
        var command = new FarmCommand("log-level", "Shows or changes how much is logged, without a restart.")
        {
            Examples = ["afcmd log-level", "afcmd log-level engine=debug", "afcmd log-level '*=info' engine=trace", "afcmd log-level '*=debug' --render box7"],
            Arguments = { words },
            Options = { render },
        };
        command.Contradictions = line => line.GetResult(render) is not null && line.GetResult(words) is not { Tokens.Count: > 0 }
            ? ["--render: say which level, such as '*=debug'; only the server's own levels can be shown"]
            : [];
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var levels = line.GetResult(words) is { Tokens.Count: > 0 } ? line.GetValue(words) : null;
            var answer = levels is null ? await session.Server.GetAsync("log-level", stop) : await session.Server.PutAsync("log-level", Body(levels, line.GetValue(render)), stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else Show(session.Console, answer.Read<LevelRows>());
            return ExitCodes.Fine;
        });
        return command;
    }

    private static JsonObject Body(JsonObject levels, string? render)
    {
        var body = new JsonObject { ["levels"] = levels.DeepClone() };
        if (render is not null) body["render"] = render;
        return body;
    }

    private static JsonObject Parse(ArgumentResult result)
    {
        var levels = new JsonObject();
        foreach (var word in result.Tokens.Select(t => t.Value))
        {
            var parts = word.Split('=');
            if (parts.Length != 2 || parts.Any(string.IsNullOrWhiteSpace)) result.AddError($"SUBSYSTEM=LEVEL: '{word}' must be like engine=debug or '*=info'");
            else levels[parts[0]] = parts[1];
        }

        return levels;
    }

    private static void Show(CommandConsole console, LevelRows rows)
    {
        var table = new Table(new("SUBSYSTEM"), new("LEVEL"));
        foreach (var (subsystem, level) in (rows.Levels ?? new Dictionary<string, string>()).OrderBy(l => l.Key, StringComparer.Ordinal)) table.Add(subsystem, level);
        table.Write(console);
    }
}
