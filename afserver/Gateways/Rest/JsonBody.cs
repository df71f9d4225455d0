using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AfServer.Gateways.Rest;

/// <summary>Reads a request's body as JSON, whatever its content type says.</summary>
internal static class JsonBody
{
    /// <summary>A job of 100,000 listed tasks with long commands; what CGRU allows for a message.</summary>
    public const long BytesMax = 64 * 1024 * 1024;

    /// <summary>A body is read as JSON whatever it is called: <c>curl -d</c> calls everything a form.</summary>
    public const string AnyType = "*/*";

    /// <summary>A job is four levels deep.</summary>
    private const int DepthMax = 32;

    public static async Task<(JsonDocument? Document, IResult Refusal)> ReadAsync(HttpContext http)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(
                http.Request.Body, new JsonDocumentOptions { MaxDepth = DepthMax, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }, http.RequestAborted);
            return (document, Results.Empty);
        }
        catch (JsonException e)
        {
            return (null, Problems.Field("", $"The body is not JSON: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {Sentence(e.Message)}"));
        }
        catch (BadHttpRequestException e)
        {
            return (null, Results.Problem(statusCode: e.StatusCode, title: "The body cannot be read.", detail: e.Message));
        }
    }

    [SuppressMessage("Globalization", "CA1307", Justification = "The framework's own English text.")]
    private static string Sentence(string message) => message.Split(" LineNumber:")[0];
}
