using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>One thing of a kind, shown or acted upon: render, pool, branch, user.</summary>
internal static class NodeCommands
{
    public static IEnumerable<Command> All(CommonOptions common) => NodeKinds.All.Select(kind => Node(common, kind));

    private static FarmCommand Node(CommonOptions common, NodeKind kind)
    {
        var key = new Argument<string>(kind.Key) { Description = $"Which {kind.One}, such as {kind.Example}." };
        var words = new Argument<string[]>("OPERATION")
        {
            Description = "What to do; see below. Without one, it is shown.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var yes = new Option<bool>("--yes") { Description = "Do not ask before what cannot be undone. Without a terminal nobody is asked." };
        var command = new FarmCommand(kind.One, kind.Description)
        {
            Examples = kind.Examples,
            Operations = [.. kind.Operations.Select(operation => (operation.Usage, operation.Description))],
            Arguments = { key, words },
            Options = { yes },
        };
        command.Contradictions = line => line.GetValue(words) is { Length: > 0 } given ? Problems(kind, given) : [];
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var name = line.GetRequiredValue(key);
            if (line.GetValue(words) is { Length: > 0 } given) return await ActAsync(session, kind, name, given, line.GetValue(yes), stop);

            var answer = await session.Server.GetAsync(kind.ShowAddress(name), stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else Show(session.Console, kind, name, answer.Read<JsonObject>());
            return ExitCodes.Fine;
        });
        return command;
    }

    private static List<string> Problems(NodeKind kind, string[] words)
    {
        var problems = new List<string>();
        var (operation, rest) = kind.Find(words);
        if (operation is not null) operation.Read(rest, problems.Add);
        else problems.Add($"There is no operation '{words[0]}' on a {kind.One}.{UsageProblems.Nearest(words[0], kind.Operations.Select(o => o.Name))} There are: {string.Join(", ", kind.Operations.Select(o => o.Name))}.");
        return problems;
    }

    private static async Task<int> ActAsync(CommandSession session, NodeKind kind, string name, string[] words, bool isSure, CancellationToken stop)
    {
        var (operation, rest) = kind.Find(words);
        if (operation is null) throw new InvalidOperationException("A line without problems has its operation.");
        if (operation.Asks && !isSure && !await session.MayAsync($"{kind.One} {name}: {operation.Description} Really?", stop)) return ExitCodes.Refused;

        var isNew = operation.Name == NodeOperation.Create;
        var fields = operation.Read(rest, problem => throw new InvalidOperationException(problem));
        var body = new JsonObject { ["params"] = await fields.ForAsync(session.Server, kind.ShowAddress(name), stop) };
        if (isNew) body["path"] = name;
        else body["operation"] = operation.Operation;
        body["user_name"] = session.User;
        body["host_name"] = session.Console.HostName;
        var answer = await session.Server.PostAsync(isNew ? kind.Many : kind.ActAddress(name), body, stop);
        if (session.Json) session.Console.Out.WriteLine(answer.Json);
        else session.Console.Out.WriteLine(Words.Printable($"{kind.One} {name}: {(answer.Read<NodeResult>().Detail is { } detail and not "set" ? detail : string.Join(' ', words))}"));
        return ExitCodes.Fine;
    }

    /// <summary>Every member by its name, those of settings by the name that set takes.</summary>
    private static void Show(CommandConsole console, NodeKind kind, string name, JsonObject thing)
    {
        var facts = new Table(new(kind.One.ToUpperInvariant()), new(name, Column.Kind.State));
        foreach (var (member, value) in thing.Where(member => member.Key is not ("settings" or "name" or "path"))) Add(facts, member, value);
        facts.Write(console);
        if (thing["settings"] is not JsonObject settings) return;

        var set = new Table(new("SETTING"), new("VALUE"));
        foreach (var (field, value) in settings) Add(set, field, value);
        console.Out.WriteLine();
        set.Write(console);
    }

    private static void Add(Table table, string name, JsonNode? value)
    {
        if (value is JsonArray list && list.Any(item => item is JsonObject))
            foreach (var item in list) table.Add(name, Text(item));
        else if (value is JsonObject map)
            foreach (var (key, member) in map) table.Add($"{name}.{key}", Text(member));
        else
            table.Add(name, Text(value));
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "-",
        JsonArray list => Words.OrDash(string.Join(", ", list.Select(Text))),
        JsonObject map => string.Join(", ", map.Select(member => $"{member.Key} {Text(member.Value)}")),
        _ when value.GetValueKind() == JsonValueKind.String => Words.OrDash(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };
}
