using System.Text.Json;
using Afanasy.Model;
using AfServer.Gateways.Rest;

namespace AfServer.Gateways.Live;

/// <summary>What one monitor wants to see; each subscribe message replaces the one before.</summary>
internal sealed record Subscription(int? JobsLimit, bool Renders, JobId? Tasks, TaskId? Log)
{
    public static readonly Subscription Nothing = new(null, false, null, null);

    /// <summary>Reads {"subscribe":{…}}; problems name the field.</summary>
    public static Subscription Read(JsonElement root, List<FieldProblem> problems)
    {
        var message = new FieldReader(root, "", problems);
        if (!message.Has("subscribe")) message.Problem("subscribe", "is missing");
        var fields = message.Object("subscribe");
        message.RefuseUnknown();

        var jobs = fields.Object("jobs");
        int? limit = fields.Has("jobs") ? jobs.Whole("limit", ListQuery.LimitMax) : null;
        jobs.RefuseUnknown();
        if (limit is < 1 or > ListQuery.LimitMax) jobs.Problem("limit", $"must be 1 to {ListQuery.LimitMax}, was {limit}");

        var tasks = fields.Object("tasks");
        JobId? job = fields.Has("tasks") ? new JobId(tasks.Whole("job", 0)) : null;
        tasks.RefuseUnknown();

        var log = fields.Object("log");
        TaskId? logOf = fields.Has("log") ? new TaskId(new JobId(log.Whole("job", 0)), log.Whole("block", 0), log.Whole("task", 0)) : null;
        log.RefuseUnknown();

        var renders = fields.Flag("renders");
        fields.RefuseUnknown();
        return new Subscription(limit, renders, job, logOf);
    }
}
