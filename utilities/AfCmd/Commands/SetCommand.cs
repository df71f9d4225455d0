using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace AfCmd.Commands;

/// <summary>Changes fields of jobs or of their blocks: set.</summary>
internal static class SetCommand
{
    public static IEnumerable<Command> All(CommonOptions common) => [Set(common)];

    private static FarmCommand Set(CommonOptions common)
    {
        var words = new Argument<SetWords?>("ID FIELD=VALUE")
        {
            Description = "Numbers or ranges of jobs, and fields with their new values. A value that is JSON is taken as JSON; field.name=value sets one member of a map.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Parse,
        };
        var choice = new BlockChoice();
        var command = new FarmCommand("set", "Changes fields of jobs, or of their blocks with --blocks or --block-mask.")
        {
            Examples =
            [
                "afcmd set 12 priority=150",
                "afcmd set 12-15 priority=20 max_running_tasks=8 annotation='after lunch'",
                "afcmd set 12 pools./fast=50 pools./old=-100",
                "afcmd set 12 'depend_jobs=[{\"job\":\"7\",\"frames\":true}]'",
                "afcmd set 12 --blocks 0 need_memory=8192 tickets.nuke=1",
            ],
            Arguments = { words },
        };
        choice.AddTo(command);
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var given = line.GetRequiredValue(words) ?? throw new InvalidOperationException("A line without problems has its words.");
            return await ActionCommands.PerformAsync(session, given.Jobs, "set", BodyAsync, stop);

            async Task<JsonObject> BodyAsync(int job)
            {
                var body = new JsonObject();
                choice.WriteTo(body, line);
                body["params"] = await given.Fields.ForAsync(session.Server, $"jobs/{job}", stop);
                return body;
            }
        });
        return command;
    }

    private static SetWords Parse(ArgumentResult result)
    {
        var words = result.Tokens.Select(t => t.Value).ToList();
        var jobs = Numbers.Parse(words.Where(w => !FieldWords.IsField(w)), "ID", 1, result.AddError);
        if (words.All(FieldWords.IsField)) result.AddError("ID: say which jobs, such as: afcmd set 12 priority=50");
        if (!words.Any(FieldWords.IsField)) result.AddError("FIELD=VALUE: say what to change, such as priority=50");
        return new SetWords(jobs, FieldWords.Of(words.Where(FieldWords.IsField), "FIELD=VALUE", result.AddError));
    }

    private sealed record SetWords(IReadOnlyList<int> Jobs, FieldWords Fields);
}
