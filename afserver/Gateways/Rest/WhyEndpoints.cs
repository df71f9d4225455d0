using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Gateways.Rest;

/// <summary>Why something does not start, over HTTP: of a job, a block, a task, a render.</summary>
internal static class WhyEndpoints
{
    public static void MapWhy(this RouteGroupBuilder api)
    {
        api.MapGet("/jobs/{id:int}/why", OfJobAsync).WithSummary("Why the job does not start anything now").Produces<WhyAnswer>().ProducesProblem(404);
        api.MapGet("/jobs/{id:int}/blocks/{block:int}/why", OfBlockAsync).WithSummary("Why what waits in the block does not start now").Produces<WhyAnswer>().ProducesProblem(404);
        api.MapGet("/jobs/{id:int}/blocks/{block:int}/tasks/{task:int}/why", OfTaskAsync).WithSummary("Why the task does not start now").Produces<WhyAnswer>().ProducesProblem(404);
        api.MapGet("/renders/{key}/why", OfRenderAsync).WithSummary("Why the render takes nothing of what waits").Produces<WhyAnswer>().ProducesProblem(404);
    }

    private static async Task<IResult> OfJobAsync(Mailbox mailbox, int id, CancellationToken cancel)
    {
        var why = await mailbox.ReadAsync(
            view => view.Farm.Jobs.TryGetValue(new JobId(id), out var job) ? WhyAnswer.Of(Ask(view).Explain(job), job.State.Word()) with { Job = id } : null, cancel);
        return why is null ? Problems.NoJob(id) : Results.Json(why);
    }

    private static async Task<IResult> OfBlockAsync(Mailbox mailbox, int id, int block, CancellationToken cancel)
    {
        var why = await mailbox.ReadAsync(
            view => Find(view, id, block) is { } found ? WhyAnswer.Of(Ask(view).Explain(found), BlockView.StateOf(found.States)) with { Job = id, Block = block } : null, cancel);
        return why is null ? Problems.NoBlock(id, block) : Results.Json(why);
    }

    private static async Task<IResult> OfTaskAsync(Mailbox mailbox, int id, int block, int task, CancellationToken cancel)
    {
        var why = await mailbox.ReadAsync(
            view => Find(view, id, block) is { } found && task >= 0 && task < found.States.Size
                ? WhyAnswer.Of(Ask(view).Explain(found, task), found.States.Of(task).Word()) with { Job = id, Block = block, Task = task }
                : null,
            cancel);
        return why is null ? Problems.NoTask(id, block, task) : Results.Json(why);
    }

    private static async Task<IResult> OfRenderAsync(Mailbox mailbox, string key, CancellationToken cancel)
    {
        var why = await mailbox.ReadAsync(
            view => RenderEndpoints.Find(view.Farm, key) is { } render ? WhyAnswer.Of(Ask(view).Explain(render), RenderView.StateOf(render, view)) with { Render = render.Name } : null, cancel);
        return why is null ? Problems.NoRender(key) : Results.Json(why);
    }

    private static WhyNot Ask(FarmView view) => new(view.Farm, view.Solver, view.Now);

    private static Block? Find(FarmView view, int id, int block) => view.Farm.Find(new BlockId(new JobId(id), block));
}
