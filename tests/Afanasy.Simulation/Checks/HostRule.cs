using System.Text.RegularExpressions;
using Afanasy.Model;
using Afanasy.Simulation.Machines;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Simulation.Checks;

/// <summary>Where a task may go: hosts that are there, well and free, meant by masks and pools, and not avoided after errors.</summary>
internal sealed class HostRule : IRule
{
    private static readonly char[] _separators = ['|', ';', ',', ':', ' '];

    public bool IsOfHost => true;

    public IEnumerable<string> Against(Candidate start) => start.Hosts.SelectMany(host => Against(start, host).Concat(ByNeed(start, host)));

    private static IEnumerable<string> Against(Candidate start, Render host)
    {
        foreach (var reason in IsAway(start, host)) yield return reason;
        if (start.Job.Description.Maintenance || !start.Stage.Farm.Renders.Values.Any(other => !IsAvoided(start, other) && CouldTake(start, other))) yield break;
        if (IsAvoided(start, host)) yield return $"{host.Name} is avoided after errors";
    }

    private static IEnumerable<string> IsAway(Candidate start, Render host)
    {
        if (start.Stage.View.Presences.Of(host).Session is not SimulatedSession { HasEnded: false }) yield return $"{host.Name} is not there";
        if (host.Settings.Priority == 0) yield return $"{host.Name} has priority 0";
        if (start.Books.Sick.Contains(host.Id)) yield return $"{host.Name} is sick";
        if (!start.Job.Description.IgnorePaused && (host.Settings.Paused || Candidate.Up(host.Pool).Any(pool => pool.Settings.Paused))) yield return $"{host.Name} is paused";
        if (!start.Job.Description.IgnoreNimby && (host.Settings.NimbyAll || (host.Settings.NimbyOthers && host.Settings.UserName != start.Job.User.Name))) yield return $"{host.Name} is nimby";
    }

    private static bool IsAvoided(Candidate start, Render host)
    {
        var (block, task) = (Own(start.Own.ErrorsAvoidHost, start.Job.User.Settings.ErrorsAvoidHost), Own(start.Own.ErrorsTaskSameHost, start.Job.User.Settings.ErrorsTaskSameHost));
        return (block > 0 && start.Books.BlockErrors.GetValueOrDefault((start.Block.Id, host.Id)) >= block)
            || (task > 0 && start.Books.TaskErrors.GetValueOrDefault((start.Id, host.Id)) >= task);
    }

    /// <summary>Whether it may take such tasks at all, and is large enough for this one.</summary>
    private static bool CouldTake(Candidate start, Render host) =>
        !IsAway(start, host).Concat(ByNeed(start, host)).Any() && Fit.Large(Need.Of(start.Block, start.Block.Find(start.Task)?.Memory ?? 0), host) == Misfit.None;

    private static IEnumerable<string> ByNeed(Candidate start, Render host)
    {
        var type = start.Job.Description.HostsMaskType.Length > 0 ? start.Job.Description.HostsMaskType : start.Job.User.Settings.HostsMaskType;
        foreach (var (mask, exclude) in start.Levels.Select(level => (level.HostsMask, level.HostsMaskExclude)).Append((start.Own.HostsMask, start.Own.HostsMaskExclude)))
        {
            if (!Means(mask, host.Name, type, true)) yield return $"hosts_mask '{mask}' leaves {host.Name} out";
            if (Means(exclude, host.Name, type, false)) yield return $"hosts_mask_exclude '{exclude}' means {host.Name}";
        }

        if (start.Levels.Any(level => !HasAny(level.NeedOs, host.Offer.OperatingSystem))) yield return $"{host.Name} has another system";
        var properties = Candidate.Up(host.Pool).Select(pool => pool.Settings.PropertiesHost).Prepend(host.Settings.PropertiesHost).FirstOrDefault(text => text.Length > 0, "");
        if (start.Levels.Select(level => level.NeedProperties).Append(start.Own.NeedProperties).Any(words => !HasAny(words, properties))) yield return $"{host.Name} has other properties";
        var power = Candidate.Up(host.Pool).Select(pool => pool.Settings.PowerHost).Prepend(host.Settings.PowerHost).FirstOrDefault(value => value >= 0, 0);
        if (power < start.Power) yield return $"{host.Name} has too little power";
        if (host.Offer.CpuMegahertz < start.Own.NeedCpuFreqMgz || (long)host.Offer.CpuMegahertz * host.Offer.Cores < start.Own.NeedCpuFreqCores) yield return $"{host.Name} is too slow";
        if (!Offers(host, start.Own.Service)) yield return $"{host.Name} does not offer {start.Own.Service}";
        foreach (var pools in start.Levels.Select(level => level.Pools))
        {
            var meant = pools.Where(pool => host.Pool.Path.StartsWith(pool.Key, StringComparison.Ordinal)).ToList();
            if (meant.Exists(pool => pool.Value <= -100)) yield return $"the pool of {host.Name} is forbidden";
            if (meant.Count == 0 && pools.Values.Any(value => value >= 100)) yield return $"{host.Name} is not in a pool that is asked for";
        }
    }

    private static bool Means(string mask, string name, string type, bool empty)
    {
        if (mask.Length == 0) return empty;
        return type == "regex" ? Regex.IsMatch(name, $@"\A(?:{mask})\z") : mask.Split(_separators).Any(word => word.Length > 0 && name.StartsWith(word, StringComparison.Ordinal));
    }

    private static bool HasAny(string words, string text) =>
        words.Length == 0 || words.Split(_separators).Any(word => word.Length > 0 && text.Contains(word, StringComparison.Ordinal));

    private static bool Offers(Render host, string service)
    {
        if (host.Offer.Services.Count > 0 && !host.Offer.Services.Contains(service)) return false;
        HostSettings[] levels = [host.Settings, .. Candidate.Up(host.Pool).Select(pool => pool.Settings)];
        var naming = levels.FirstOrDefault(level => level.Services.Contains(service) || level.ServicesDisabled.Contains(service));
        return naming is not null ? !naming.ServicesDisabled.Contains(service) : levels.All(level => level.Services.Count == 0);
    }

    private static int Own(int own, int users) => own >= 0 ? own : users;
}
