using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Where a render belongs by its name.</summary>
internal static class PoolPlaces
{
    /// <summary>Depth first: into the first pool whose pattern is the name, older pools before younger ones, as deep as it goes.</summary>
    public static Pool For(Farm farm, string name)
    {
        var place = farm.RootPool;
        while (Below(place, name) is { } deeper) place = deeper;
        return place;
    }

    /// <summary>What a render starts with that was not there before.</summary>
    public static RenderSettings FirstSettings(Pool pool, RenderOffer offer) => new()
    {
        UserName = offer.UserName,
        NimbyOthers = pool.Chain().Any(level => level.Settings.NewNimby),
        Paused = pool.Chain().Any(level => level.Settings.NewPaused),
    };

    private static Pool? Below(Pool pool, string name)
    {
        Pool? first = null;
        foreach (var child in pool.Children)
        {
            if ((first is null || IsOlder(child, first)) && child.Pattern?.Accepts(name) == true) first = child;
        }

        return first;
    }

    private static bool IsOlder(Pool pool, Pool other) =>
        pool.Created.CompareTo(other.Created) is not 0 and var order ? order < 0 : string.CompareOrdinal(pool.Path, other.Path) < 0;
}
