using System.Text.Json.Nodes;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>One render with everything that is known of it. Taken within the turn, written outside it.</summary>
internal sealed record RenderDetail(RenderView View, RenderMore More, RenderSettings Settings)
{
    public static RenderDetail Of(Render render, FarmView view) => new(RenderView.Of(render, view), RenderMore.Of(render), render.Settings);

    public JsonObject ToJson()
    {
        var whole = JoinedJson.Of(View).Join(More);
        whole["settings"] = SettingsJson.Write(Settings);
        return whole;
    }
}

/// <summary>What only one render at a time is shown with.</summary>
internal sealed record RenderMore(
    int CapacityOffered, int MaxTasksOffered, int CpuMhz, int DiskGb, IReadOnlyList<string> HardwareAddresses, string LoginName,
    IReadOnlyList<GpuView> Gpus, IReadOnlyList<RenderTicketView> Tickets, DateTimeOffset? LastTurn)
{
    public static RenderMore Of(Render render) => new(
        render.Offer.Capacity, render.Offer.MaxTasks, render.Offer.CpuMegahertz, render.Offer.DiskGigabytes, render.Offer.HardwareAddresses, render.Offer.UserName,
        [.. Enumerable.Range(0, render.GpuCount).Select(device => GpuView.Of(render, device))],
        [.. TicketNames(render).Select(name => new RenderTicketView(name, render.TicketsOfHost(name), render.TicketsUsed(name)))],
        render.LastTurn == default ? null : render.LastTurn);

    private static IEnumerable<string> TicketNames(Render render)
    {
        IEnumerable<HostSettings> levels = [render.Settings, .. render.Pool.Chain().Select(pool => pool.Settings)];
        var used = render.All().SelectMany(run => run.Grant.Tickets).Select(ticket => ticket.Name);
        return levels.SelectMany(level => level.TicketsHost.Keys).Concat(used).Distinct().Order(StringComparer.Ordinal);
    }
}

/// <summary>A graphics device of a render, and what is free of its memory; a run that has it for itself has all of it.</summary>
internal sealed record GpuView(int Device, int MemoryMb, int FreeMb, bool InUse)
{
    public static GpuView Of(Render render, int device) =>
        new(device, render.Offer.GpuMegabytes[device], render.GpuFree(device), !render.IsGpuUnused(device));
}

/// <summary>A ticket on one render; without a count when nobody limits it there.</summary>
internal sealed record RenderTicketView(string Name, int? Count, int InUse);
