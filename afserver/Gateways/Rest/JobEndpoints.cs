using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Solving;

namespace AfServer.Gateways.Rest;

/// <summary>Jobs over HTTP: submit, look, act.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this RouteGroupBuilder api)
    {
        api.MapPost("/jobs", SubmitAsync).WithSummary("Submit a job").Accepts<JobDescription>("application/json", JsonBody.AnyType).Produces<SubmitAnswer>(201).ProducesProblem(400).ProducesProblem(403);
        api.MapGet("/jobs", ListAsync).WithSummary("List jobs, a window of them").Produces<JobList>().ProducesProblem(400);
        api.MapGet("/jobs/{id:int}", GetAsync).WithSummary("One job with its blocks, and each field of the description that the list leaves out").Produces<JobView>().ProducesProblem(404);
        api.MapGet("/jobs/{id:int}/export", ExportAsync).WithSummary("The job as it was submitted, to submit it again").Produces<JobDescription>().ProducesProblem(404);
        api.MapPost("/jobs/{id:int}/actions", ActAsync).WithSummary("Act on a job, on blocks or on tasks of it").Accepts<ActionBody>("application/json", JsonBody.AnyType)
            .Produces<ActionResult>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> SubmitAsync(HttpContext http, Mailbox mailbox)
    {
        var (document, refusal) = await JsonBody.ReadAsync(http);
        if (document is null) return refusal;
        using (document)
        {
            var (job, problems) = JobJson.Read(document.RootElement);
            if (problems.Count > 0) return Problems.Fields(problems);
            var asker = new Asker(job.UserName, job.HostName.Length > 0 ? job.HostName : http.Connection.RemoteIpAddress?.ToString() ?? "");
            var made = await mailbox.AskAsync(view => SubmitRequests.Submit(view, job, asker), CancellationToken.None);
            if (made.IsForbidden) return Problems.Forbidden(made.Problems);
            if (made.Problems.Count > 0) return Problems.Fields(made.Problems);
            var answer = new SubmitAnswer(made.Job.Value, made.Job.Value, made.Name, made.Branch, JobProblems.Warnings(job));
            return Results.Created($"/api/v1/jobs/{made.Job.Value}", answer);
        }
    }

    private static async Task<IResult> ListAsync(Mailbox mailbox, string? filter, string? sort, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(filter, sort, from, limit, JobList.Sorts);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(view => JobList.Of(view, query), cancel));
    }

    private static async Task<IResult> GetAsync(Mailbox mailbox, int id, CancellationToken cancel)
    {
        var found = await mailbox.ReadAsync(
            view => view.Farm.Jobs.TryGetValue(new JobId(id), out var job) ? JobDetail.Of(job, new WhyNot(view.Farm, view.Solver, view.Now)) : null, cancel);
        return found is null ? Problems.NoJob(id) : Results.Json(found.ToJson());
    }

    private static async Task<IResult> ExportAsync(Mailbox mailbox, int id, CancellationToken cancel)
    {
        var found = await mailbox.ReadAsync(view => view.Farm.Jobs.GetValueOrDefault(new JobId(id)) is { } job ? SystemJobs.AsSubmitted(job) : null, cancel);
        return found is null ? Problems.NoJob(id) : Results.Text(JobJson.Write(found), "application/json");
    }

    private static async Task<IResult> ActAsync(HttpContext http, Mailbox mailbox, int id)
    {
        var (document, refusal) = await JsonBody.ReadAsync(http);
        if (document is null) return refusal;
        using (document)
        {
            var problems = new List<FieldProblem>();
            var (action, asker) = ActionBody.Read(document.RootElement, problems);
            if (problems.Count > 0) return Problems.Fields(problems);
            var answer = await mailbox.AskAsync(
                view => (view.Farm.Jobs.TryGetValue(new JobId(id), out var job) ? JobRequests.Act(view, job, action, asker) : null).OrNothing(), CancellationToken.None);
            if (answer is null) return Problems.NoJob(id);
            return Problems.Of(answer) ?? Results.Json(new ActionResult(id, action.Operation.Word(), answer.Changed, answer.Detail, answer.Ids));
        }
    }
}

internal sealed record SubmitAnswer(int Id, int Serial, string Name, string Branch, IReadOnlyList<string> Warnings);

internal sealed record ActionResult(int Job, string Operation, int Changed, string Detail, IReadOnlyList<int> Ids);
