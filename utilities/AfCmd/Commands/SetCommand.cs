using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AfCmd.Commands;

/// <summary>Changes parameters of jobs: set.</summary>
internal static class SetCommand
{
    /// <summary>Fields that hold text, so that a name made of digits stays a name.</summary>
    private static readonly HashSet<string> _textFields =
        ["name", "user_name", "annotation", "description", "custom_data", "branch", "project", "department"];

    public static IEnumerable<Command> All(CommonOptions common) => [Set(common)];

    private static FarmCommand Set(CommonOptions common)
    {
        var words = new Argument<SetWords?>("ID FIELD=VALUE")
        {
            Description = "Numbers or ranges of jobs, and fields with their new values; priority (0 to 255) can be set.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Parse,
        };
        var command = new FarmCommand("set", "Changes parameters of jobs.")
        {
            Examples = ["afcmd set 12 priority=150", "afcmd set 12-15 priority=20"],
            Arguments = { words },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var given = line.GetRequiredValue(words) ?? throw new InvalidOperationException("A line without problems has its words.");
            return await ActionCommands.PerformAsync(session, given.Jobs, "set", () => new JsonObject { ["params"] = given.Parameters.DeepClone() }, stop);
        });
        return command;
    }

    private static SetWords Parse(ArgumentResult result)
    {
        var words = result.Tokens.Select(t => t.Value).ToList();
        var jobs = Numbers.Parse(words.Where(w => !w.Contains('=')), "ID", 1, result.AddError);
        if (!words.Any(w => !w.Contains('='))) result.AddError("ID: say which jobs, such as: afcmd set 12 priority=50");
        if (!words.Any(w => w.Contains('='))) result.AddError("FIELD=VALUE: say what to change, such as priority=50");

        var parameters = new JsonObject();
        foreach (var word in words.Where(w => w.Contains('=')))
        {
            var equals = word.IndexOf('=');
            var field = word[..equals];
            if (field.Length == 0 || !field.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')) result.AddError($"FIELD=VALUE: '{word}' must begin with the name of a field, such as priority=50");
            else if (!parameters.TryAdd(field, Value(field, word[(equals + 1)..]))) result.AddError($"FIELD=VALUE: {field} is given twice");
        }

        return new SetWords(jobs, parameters);
    }

    private static JsonValue Value(string field, string text) =>
        _textFields.Contains(field) ? JsonValue.Create(text)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : bool.TryParse(text, out var truth) ? JsonValue.Create(truth)
        : JsonValue.Create(text);

    private sealed record SetWords(IReadOnlyList<int> Jobs, JsonObject Parameters);
}
