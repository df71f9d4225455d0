using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What operations change in the settings of hosts, on a pool and on a render alike: services and tickets.</summary>
internal static class HostEdits
{
    public const string Farm = "farm";
    public const string Tickets = "tickets";

    private static readonly string[] _modes = ["service_add", "service_remove", "service_enable", "service_disable", "clear_services"];

    /// <summary>
    /// Edits the lists of services. A mask means names that begin with one of its words, among those that these settings, the pools
    /// above and the render itself name.
    /// </summary>
    public static (HostSettings Settings, string Detail) Services(
        HostSettings now, IEnumerable<HostSettings> above, IEnumerable<string> offered, NodeAction action, List<FieldProblem> problems)
    {
        var fields = action.Read(problems);
        var mode = fields.Text("mode", required: true);
        if (problems.Count == 0 && !_modes.Contains(mode)) fields.Problem("mode", $"must be one of {string.Join(", ", _modes)}, was '{mode}'");
        if (problems.Count > 0) return (now, "");
        var word = mode == "clear_services" ? "" : fields.Text(mode == "service_add" ? "name" : "mask", required: true);
        fields.RefuseUnknown();
        if (problems.Count > 0) return (now, "");

        var known = above.Prepend(now).SelectMany(level => level.Services.Concat(level.ServicesDisabled)).Concat(offered).ToHashSet();
        var mask = NameMask.Of(word, MaskDialect.Find);
        var named = mode is "service_add" or "clear_services" ? [] : known.Where(mask.Accepts).Order(StringComparer.Ordinal).ToList();
        if (mode is "service_remove" or "service_enable" or "service_disable" && named.Count == 0)
        {
            fields.Problem("mask", $"no service here begins with '{word}'");
            return (now, "");
        }

        return mode switch
        {
            "service_add" => (now with { Services = With(now.Services, [word]), ServicesDisabled = Without(now.ServicesDisabled, [word]) }, $"{word} is allowed"),
            "service_remove" => (now with { Services = Without(now.Services, named), ServicesDisabled = Without(now.ServicesDisabled, named) }, $"{string.Join(", ", named)}: not in the lists any more"),
            "service_enable" => (now with { ServicesDisabled = Without(now.ServicesDisabled, named) }, $"{string.Join(", ", named)}: not disabled here"),
            "service_disable" => (now with { ServicesDisabled = With(now.ServicesDisabled, named) }, $"{string.Join(", ", named)}: disabled"),
            _ => (now with { Services = [], ServicesDisabled = [] }, "no services are listed any more"),
        };
    }

    /// <summary>A ticket that each host has; a count of -1 takes it away.</summary>
    public static HostSettings HostTicket(HostSettings now, string name, int count)
    {
        var tickets = new Dictionary<string, int>(now.TicketsHost);
        if (count < 0) tickets.Remove(name);
        else tickets[name] = count;
        return now with { TicketsHost = tickets };
    }

    private static List<string> With(IReadOnlyList<string> names, IEnumerable<string> more) => [.. names.Concat(more).Distinct()];

    private static List<string> Without(IReadOnlyList<string> names, IReadOnlyCollection<string> less) => [.. names.Where(name => !less.Contains(name))];
}
