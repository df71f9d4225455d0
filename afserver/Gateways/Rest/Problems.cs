using Afanasy.Model;
using AfServer.Engine;
using AfServer.Journaling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;

namespace AfServer.Gateways.Rest;

/// <summary>Refusals as application/problem+json (RFC 9457), with the fields that are wrong.</summary>
internal static class Problems
{
    public static IResult Fields(IReadOnlyList<FieldProblem> problems) => Results.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        title: "The request has mistakes.",
        detail: string.Join("\n", problems.Select(problem => problem.ToString())),
        extensions: new Dictionary<string, object?>
        {
            ["errors"] = problems.GroupBy(problem => problem.Path).ToDictionary(group => group.Key, group => group.Select(problem => problem.Text).ToArray()),
        });

    public static IResult Field(string path, string text) => Fields([new FieldProblem(path, text)]);

    /// <summary>Why an action was refused; null when it was not.</summary>
    public static IResult? Of(ActionAnswer answer) => answer switch
    {
        { IsForbidden: true } => Forbidden(answer.Problems),
        { Problems: [] } => null,
        { Problems: [{ Path: "" } conflict] } => Conflict(conflict.Text),
        _ => Fields(answer.Problems),
    };

    public static IResult Forbidden(IReadOnlyList<FieldProblem> problems) => Results.Problem(
        statusCode: StatusCodes.Status403Forbidden, title: "Not allowed.", detail: string.Join("\n", problems.Select(problem => problem.ToString())));

    public static IResult NoJob(int id) => NotFound($"There is no job {id}.");

    public static IResult NoBlock(int id, int block) => NotFound($"There is no block {block} of job {id}.");

    public static IResult NoTask(int id, int block, int task) => NotFound($"There is no task {task} in block {block} of job {id}.");

    public static IResult NoRender(string key) => NotFound(RenderMissing(key));

    public static string RenderMissing(string key) => $"There is no render '{key}'.";

    public static IResult NotFound(string detail) => Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found.", detail: detail);

    public static IResult Conflict(string detail) => Results.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not possible now.", detail: detail);

    /// <summary>Whether an exception is no mistake of ours: the server stops, the request is wrong, or who asked has gone.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is FarmStoppedException or BadHttpRequestException or OperationCanceledException or ConnectionResetException;

    /// <summary>What a request threw: the engine that has ended is told apart from a mistake of ours.</summary>
    public static Task OfExceptionAsync(HttpContext http)
    {
        var exception = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        var result = exception switch
        {
            FarmStoppedException when !HttpMethods.IsGet(http.Request.Method) => Results.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: "Not now.",
                detail: $"{exception.Message} It may have done what was asked; look before you repeat it.",
                extensions: new Dictionary<string, object?> { ["in_doubt"] = true }),
            FarmStoppedException or JournalException => Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not now.", detail: exception.Message),
            BadHttpRequestException bad => Results.Problem(statusCode: bad.StatusCode, title: "The request cannot be read.", detail: bad.Message),
            _ => Results.Problem(statusCode: StatusCodes.Status500InternalServerError, title: "The server failed.", detail: "The server's log says more."),
        };
        return result.ExecuteAsync(http);
    }
}
