using System.Text.Json;
using Afanasy.Logging;
using Afanasy.Model;
using AfServer.Connections;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Journaling;

namespace AfServer.Gateways.Rest;

/// <summary>How the server itself is: health, metrics, and the verbosity of its log.</summary>
internal static class StatusEndpoints
{
    /// <summary>A turn takes milliseconds; whoever watches the server asks again soon.</summary>
    private static readonly TimeSpan _healthMax = TimeSpan.FromSeconds(2);

    public static void MapStatus(this WebApplication app)
    {
        app.MapGet("/health", HealthAsync).WithSummary("200 when the server decides and writes; 503 with the reason otherwise");
        app.MapGet("/metrics", MetricsAsync).WithSummary("Figures for Prometheus").Produces<string>(200, "text/plain");
        app.MapGet("/api/v1/log-level", (LogLevels levels) => Results.Json(new LogLevelAnswer(levels.All))).WithSummary("The verbosity of each subsystem");
        app.MapPut("/api/v1/log-level", SetLogLevelAsync).WithSummary("Change the verbosity of the server, or of a render").Accepts<LogLevelBody>("application/json", JsonBody.AnyType);
    }

    private static async Task<IResult> HealthAsync(HttpContext http, Mailbox mailbox, FarmServers servers, CancellationToken cancel)
    {
        HealthAnswer.LetOthersRead(http);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_healthMax);
        try
        {
            var sequence = await mailbox.ReadAsync(view => view.Sequence, patience.Token);
            var all = servers.All.Select(server => server.Address == servers.Address ? server with { Sequence = sequence } : server);
            return Results.Json(new HealthAnswer("ok", sequence, ProgramVersion.Text) { Leader = servers.Address, Servers = [.. all] }, DoorJson.Options);
        }
        catch (FarmStoppedException e)
        {
            return Unwell(e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Unwell("The farm decides nothing now: it waits for its disk or its database. The server's log says more.");
        }

        IResult Unwell(string why) =>
            Results.Json(new HealthAnswer(why, 0, ProgramVersion.Text) { Servers = servers.All }, DoorJson.Options, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> MetricsAsync(Mailbox mailbox, SocketPool pool, CancellationToken cancel)
    {
        var (farm, turns, sequence) = await mailbox.ReadAsync(view => (FarmSummary.Of(view), view.Gauge.Picture(), view.Sequence), cancel);
        var text = new MetricsText();
        text.Gauge("afanasy_jobs", "Jobs in the farm.", farm.JobsTotal);
        text.Gauge("afanasy_jobs_active", "Jobs that are not finished.", farm.JobsActive);
        text.Gauge("afanasy_renders", "Renders known.", farm.RendersTotal);
        text.Gauge("afanasy_renders_online", "Renders connected.", farm.RendersOnline);
        text.Gauge("afanasy_renders_busy", "Renders connected that run something.", farm.RendersBusy);
        text.Gauge("afanasy_tasks_running", "Tasks running.", farm.TasksRunning);
        text.Gauge("afanasy_tasks_ready", "Tasks that wait for a render.", farm.TasksReady);
        text.Gauge("afanasy_tasks_waiting", "Tasks that wait for other tasks.", farm.TasksWaiting);
        text.Gauge("afanasy_tasks_error", "Failed tasks that wait for a person.", farm.TasksError);
        text.Gauge("afanasy_connections", "Long-lived connections.", pool.Count);
        text.Counter("afanasy_changes_total", "Facts written to the journal.", sequence);
        text.Histogram("afanasy_turn_seconds", "Lengths of the engine's turns.", turns.Turns);
        text.Histogram("afanasy_commit_seconds", "Lengths of the commits to the journal.", turns.Commits);
        text.Parts("afanasy_turn_part_seconds_total", "Time in each part of the turns.", turns.Parts);
        return Results.Text(text.ToString(), MetricsText.ContentType);
    }

    private static async Task<IResult> SetLogLevelAsync(HttpContext http, LogLevels levels, Mailbox mailbox)
    {
        var (document, refusal) = await JsonBody.ReadAsync(http);
        if (document is null) return refusal;
        using (document)
        {
            var problems = new List<FieldProblem>();
            var fields = new FieldReader(document.RootElement, "", problems);
            var wanted = fields.TextMap("levels");
            var render = fields.Text("render");
            fields.RefuseUnknown();
            if (wanted.Count == 0 && problems.Count == 0) fields.Problem("levels", "is empty");
            if (problems.Count > 0) return Problems.Fields(problems);

            var text = string.Join(',', wanted.Select(level => $"{level.Key}={level.Value}"));
            return render.Length > 0 ? await SendOnAsync(mailbox, render, text) : Set(levels, text);
        }
    }

    private static IResult Set(LogLevels levels, string text) => levels.Set(text) is { Count: > 0 } wrong
        ? Problems.Fields([.. wrong.Select(problem => new FieldProblem("levels", problem))])
        : Results.Json(new LogLevelAnswer(levels.All));

    private static async Task<IResult> SendOnAsync(Mailbox mailbox, string name, string levels)
    {
        var problem = await mailbox.AskAsync(view => Tell(view, name, levels), CancellationToken.None);
        return problem is null ? Results.Json(new { render = name, sent = levels }) : Problems.Conflict(problem);
    }

    private static Decision<string?> Tell(FarmView view, string name, string levels)
    {
        if (view.Farm.FindRender(name) is not { } render) return new($"There is no render '{name}'.");
        var presence = view.Presences.Of(render);
        if (presence.Session is null) return new($"Render '{name}' is not connected: nothing was changed.");
        return new((string?)null)
        {
            Then = () =>
            {
                presence.SetLogLevels(levels);
                view.Presences.Stirred.Add(presence);
            },
        };
    }
}


internal sealed record LogLevelAnswer(IReadOnlyDictionary<string, string> Levels);

internal sealed record LogLevelBody(IReadOnlyDictionary<string, string> Levels, string? Render);
