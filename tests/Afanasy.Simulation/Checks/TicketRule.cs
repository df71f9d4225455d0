using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Tickets: on a host, of every pool above it, and on so many hosts at most.</summary>
internal sealed class TicketRule : IRule
{
    public bool IsOfHost => true;

    public IEnumerable<string> Against(Candidate start)
    {
        foreach (var (name, count) in start.Tickets)
        {
            foreach (var host in start.Hosts)
            {
                if (OfHost(host, name) is >= 0 and var most && Used(start, host, name) + count > most) yield return $"over the tickets {name} of {host.Name}";
            }

            foreach (var pool in start.Hosts.SelectMany(host => Candidate.Up(host.Pool)).Distinct())
            {
                if (!pool.Settings.TicketsPool.TryGetValue(name, out var ticket)) continue;
                var below = start.Stage.Farm.Renders.Values.Where(render => Candidate.Up(render.Pool).Contains(pool)).ToList();
                var taken = start.Hosts.Where(below.Contains).ToList();
                if (ticket.Count >= 0 && below.Sum(render => Used(start, render, name)) + (taken.Count * count) > ticket.Count) yield return $"over the tickets {name} of {pool.Path}";
                var hosts = below.Where(render => Used(start, render, name) > 0).Union(taken).Count();
                if (ticket.MaxHosts >= 0 && hosts > ticket.MaxHosts && taken.Exists(host => Used(start, host, name) == 0)) yield return $"over the hosts of the tickets {name} of {pool.Path}";
            }
        }
    }

    private static int Used(Candidate start, Render host, string name) =>
        start.On(host).Sum(run => run.Grant.Tickets.Where(ticket => ticket.Name == name).Sum(ticket => ticket.Count));

    private static int? OfHost(Render host, string name)
    {
        if (host.Settings.TicketsHost.TryGetValue(name, out var own)) return own;
        foreach (var pool in Candidate.Up(host.Pool))
        {
            if (pool.Settings.TicketsHost.TryGetValue(name, out var count)) return count;
        }

        return null;
    }
}
