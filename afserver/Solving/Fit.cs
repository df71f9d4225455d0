using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Why a render does not take a task, in the order in which it is tested.</summary>
internal enum Misfit
{
    None,
    Offline,
    Service,
    TooSmall,
    Busy,
    NoSlot,
}

/// <summary>Whether a render can take a task now; the same judgement solves and explains.</summary>
internal static class Fit
{
    public static Misfit Judge(Need need, Render render, bool isOnline) =>
        !isOnline ? Misfit.Offline
        : !Offers(render.Offer.Services, need.Service) ? Misfit.Service
        : render.Offer.Capacity < need.Capacity ? Misfit.TooSmall
        : render.CapacityFree < need.Capacity ? Misfit.Busy
        : !render.HasFreeSlot ? Misfit.NoSlot
        : Misfit.None;

    /// <summary>A render that names no services does any.</summary>
    public static bool Offers(IReadOnlyList<string> services, string service) => services.Count == 0 || services.Contains(service);
}
