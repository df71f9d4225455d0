using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>A job as somebody wrote it down. Only its being JSON is judged here; what it says is the server's to judge.</summary>
internal static class JobFile
{
    /// <summary>A listed job of a hundred thousand tasks is some 20 MB; a file above this is a scene or a picture named by mistake.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>The whole body of a submission: the job itself or {"job": …}. "-" is stdin.</summary>
    public static async Task<JsonObject> ReadAsync(string path, CommandConsole console, CancellationToken stop) =>
        await ReadNodeAsync(path, console, stop) as JsonObject
            ?? throw new CommandFailure(ExitCodes.WrongUsage, $"{Name(path)}: a job must be a JSON object, such as {{\"name\":\"shot\",\"blocks\":[…]}}");

    /// <summary>Blocks or tasks to append: an object or a list.</summary>
    public static async Task<JsonNode> ReadNodeAsync(string path, CommandConsole console, CancellationToken stop)
    {
        var name = Name(path);
        var bytes = await BytesAsync(path, name, console, stop);
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            return JsonNode.Parse(text.Span, null, _strict)
                ?? throw new CommandFailure(ExitCodes.WrongUsage, $"{name}: holds nothing but null");
        }
        catch (JsonException problem)
        {
            throw new CommandFailure(ExitCodes.WrongUsage, $"{name}{Place(text.Span, problem)}: is no JSON: {Reason(problem)}");
        }
    }

    /// <summary>The object that holds the job's fields.</summary>
    public static JsonObject Fields(JsonObject body) => body["job"] as JsonObject ?? body;

    private static string Name(string path) => path == "-" ? "stdin" : path;

    private static async Task<byte[]> BytesAsync(string path, string name, CommandConsole console, CancellationToken stop)
    {
        try
        {
            await using var input = path == "-" ? console.InBytes : File.OpenRead(path);
            var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            // A terminal's read knows no token: who waits is let go, the read stays behind until the process ends.
            while (await input.ReadAsync(buffer, stop).AsTask().WaitAsync(stop) is > 0 and var read)
            {
                if (bytes.Length + read > BytesMax) throw new CommandFailure(ExitCodes.WrongUsage, $"{name}: is longer than {BytesMax / 1024 / 1024} MB, that is no job.");
                bytes.Write(buffer, 0, read);
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.WrongUsage, $"{name}: cannot be read: {e.Message}");
        }
    }

    /// <summary>Line and column as an editor counts them: from 1, in characters.</summary>
    private static string Place(ReadOnlySpan<byte> text, JsonException problem)
    {
        if (problem.LineNumber is not { } line || problem.BytePositionInLine is not { } position) return "";
        var start = 0;
        for (var i = 0; i < line; i++) start += text[start..].IndexOf((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(text.Slice(start, (int)Math.Min(position, text.Length - start)));
        return $":{line + 1}:{column + 1}";
    }

    private static string Reason(JsonException problem)
    {
        var end = problem.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? problem.Message : problem.Message[..end]).Replace(" Change the reader options.", "", StringComparison.Ordinal);
    }
}
