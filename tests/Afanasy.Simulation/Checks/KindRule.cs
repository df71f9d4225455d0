namespace Afanasy.Simulation.Checks;

/// <summary>Maintenance: a task goes to the render of its name. Multi-host: so many different hosts together, and only there.</summary>
internal sealed class KindRule : IRule
{
    public bool IsOfHost => true;

    public IEnumerable<string> Against(Candidate start)
    {
        if (start.Job.Description.Maintenance && (start.Own.IsNumeric || start.Own.Tasks[start.Task].Name != start.Render.Name)) yield return $"maintenance of another render than {start.Render.Name}";
        if (start.Grant is null) yield break;
        var hosts = start.Hosts.Count();
        if (start.Own.MultihostMax == 0 && hosts > 1) yield return "has helpers and is for one host";
        if (start.Own.MultihostMax > 0 && (hosts < start.Own.MultihostMin || hosts > start.Own.MultihostMax)) yield return $"is on {hosts} hosts";
        if (start.Hosts.Distinct().Count() != hosts) yield return "has a host twice";
    }
}
