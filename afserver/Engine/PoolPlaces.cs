using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Where a render belongs by its name. Keeps the patterns that it has compiled, for many renders in one request.</summary>
internal sealed class PoolPlaces(Farm farm)
{
    private readonly Dictionary<Pool, IReadOnlyList<(Pool Pool, NameMask Pattern)>> _below = [];

    /// <summary>Depth first: into the first pool whose pattern is the name, older pools before younger ones, as deep as it goes.</summary>
    public Pool For(string name)
    {
        var place = farm.RootPool;
        while (Below(place).FirstOrDefault(child => child.Pattern.Accepts(name)).Pool is { } deeper) place = deeper;
        return place;
    }

    /// <summary>What a render starts with that was not there before.</summary>
    public static RenderSettings FirstSettings(Pool pool, RenderOffer offer) => new()
    {
        UserName = offer.UserName,
        NimbyOthers = pool.Chain().Any(level => level.Settings.NewNimby),
        Paused = pool.Chain().Any(level => level.Settings.NewPaused),
    };

    private IReadOnlyList<(Pool Pool, NameMask Pattern)> Below(Pool pool)
    {
        if (_below.TryGetValue(pool, out var known)) return known;
        var patterns =
            from child in pool.Children
            where child.Settings.Pattern.Length > 0
            orderby child.Created, child.Path
            select (child, NameMask.Of(child.Settings.Pattern, MaskDialect.Regex, ignoreCase: true));
        return _below[pool] = [.. patterns];
    }
}
