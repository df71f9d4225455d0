using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Journaling;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Gateways.Rest;

/// <summary>Services over HTTP.</summary>
internal static class ServiceEndpoints
{
    public static void MapServices(this RouteGroupBuilder api)
    {
        api.MapGet("/services", ServicesAsync).WithSummary("List services").Produces<ServiceList>();
    }

    private static async Task<IResult> ServicesAsync(Mailbox mailbox, CancellationToken cancel) => Results.Json(await mailbox.ReadAsync(Services, cancel));

    private static ServiceList Services(FarmView view)
    {
        var blocks = view.Farm.Jobs.Values.SelectMany(job => job.Blocks).ToLookup(block => block.Description.Service);
        var names = view.Farm.Renders.Values.SelectMany(render => render.Offer.Services).Concat(blocks.Select(group => group.Key)).Distinct().Order(StringComparer.Ordinal).ToList();
        var services = names.Take(ListQuery.LimitMax).Select(name =>
        {
            var offering = view.Farm.Renders.Values.Where(render => render.Offers(name)).ToList();
            return new ServiceView(
                name, offering.Count, offering.Count(render => view.Solver.IsOnline(render.Id)),
                blocks[name].Sum(block => (long)block.States.Count(TaskState.Running)), blocks[name].Sum(block => (long)block.States.Count(TaskState.Ready)));
        });
        return new ServiceList([.. services], names.Count, view.Sequence);
    }
}

internal sealed record ServiceView(string Name, int Renders, int RendersOnline, long TasksRunning, long TasksReady);

internal sealed record ServiceList(IReadOnlyList<ServiceView> Services, int Total, long Sequence);
