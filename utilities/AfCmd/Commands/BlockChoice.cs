using System.CommandLine;
using System.Text.Json.Nodes;

namespace AfCmd.Commands;

/// <summary>The options that choose blocks of a job, by number or by name.</summary>
internal sealed class BlockChoice
{
    private readonly Option<IReadOnlyList<int>?> _blocks = Numbers.ListOption("--blocks", "Only these blocks; else all.");
    private readonly Option<string> _mask = new("--block-mask")
    {
        Description = "Only blocks whose names begin with one of these words, which stand between | ; , : or spaces.",
        HelpName = "MASK",
    };

    public BlockChoice() => _blocks.Aliases.Add("--block");

    public static JsonArray List(IReadOnlyList<int> numbers) => [.. numbers.Select(n => JsonValue.Create(n))];

    public void AddTo(Command command)
    {
        command.Add(_blocks);
        command.Add(_mask);
    }

    public void WriteTo(JsonObject body, ParseResult line)
    {
        if (line.GetResult(_blocks) is not null && line.GetValue(_blocks) is { } blocks) body["blocks"] = List(blocks);
        if (line.GetResult(_mask) is not null) body["block_mask"] = line.GetValue(_mask);
    }
}
