using System.CommandLine;
using System.Text.Json.Nodes;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>Lists whose rows are a few members of what the server says: pools, branches, users, tickets, services.</summary>
internal static class NodeLists
{
    private static readonly ListKind[] _kinds =
    [
        new("pools", "Lists the pools of renders.", "path, priority or renders",
            [new("PATH", "path", false), new("PRIORITY", "settings.priority"), new("RENDERS", "renders_total"), new("BUSY", "renders_busy"), new("IDLE", "renders_idle"), new("OFFLINE", "renders_offline"),
                new("SICK", "renders_sick"), new("NIMBY", "renders_nimby"), new("CAPACITY", "capacity_used/capacity"), new("PAUSED", "settings.paused", false), new("PATTERN", "settings.pattern", false)]),
        new("branches", "Lists the branches that jobs hang on.", "path, priority or running",
            [new("PATH", "path", false), new("PRIORITY", "settings.priority"), new("JOBS", "jobs_total"), new("RUNNING", "tasks_running"), new("MAX", "settings.max_running_tasks"), new("RUNS DONE", "runs_done"),
                new("RUNS FAILED", "runs_failed"), new("HOURS", "run_hours/budget_hours"), new("PAUSED", "settings.paused", false), new("ORDER", "settings.solve_method", false)]),
        new("users", "Lists the users.", "name, priority, jobs or running",
            [new("NAME", "name", false), new("PRIORITY", "settings.priority"), new("JOBS", "jobs_total"), new("RUNNING", "tasks_running"), new("MAX", "settings.max_running_tasks"), new("RUNS DONE", "runs_done"),
                new("RUNS FAILED", "runs_failed"), new("HOURS", "run_hours"), new("PAUSED", "settings.paused", false), new("ROLE", "settings.role", false)]),
        new("tickets", "Lists the tickets that are counted, held or waited for.", "",
            [new("NAME", "name", false), new("IN USE", "in_use"), new("POOLS", "pools[pool:in_use/count]", false), new("PER HOST", "pool_hosts[pool:count]", false), new("RENDERS", "renders[render:in_use/count]", false),
                new("BLOCKS WAITING", "blocks_waiting"), new("TASKS WAITING", "tasks_waiting")]),
        new("services", "Lists the services that renders offer or blocks ask for.", "",
            [new("NAME", "name", false), new("RENDERS", "renders"), new("ONLINE", "renders_online"), new("RUNNING", "tasks_running"), new("READY", "tasks_ready")]),
    ];

    public static IEnumerable<Command> All(CommonOptions common) => _kinds.Select(kind => List(common, kind));

    private static FarmCommand List(CommonOptions common, ListKind kind)
    {
        var filter = Listing.Filter("free text in the name; a leading - negates; all must match.");
        var sort = Listing.Sort($"{kind.Sorts}; a leading - reverses.");
        var from = Listing.From();
        var limit = Listing.Limit();
        var command = new FarmCommand(kind.Name, kind.Description) { Examples = [$"afcmd {kind.Name}", $"afcmd {kind.Name} --limit 1000 --json"], Arguments = { filter }, Options = { from, limit } };
        if (kind.Sorts.Length > 0) command.Add(sort);
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var words = Listing.Words(line, filter);
            var answer = await session.Server.GetAsync(kind.Name + Listing.Query(line, words, kind.Sorts.Length > 0 ? sort : null, from, limit), stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else Show(session, kind, answer.Read<JsonObject>(), words, line.GetValue(from));
            return ExitCodes.Fine;
        });
        return command;
    }

    private static void Show(CommandSession session, ListKind kind, JsonObject page, string filter, int from)
    {
        var rows = page[kind.Name] as JsonArray ?? [];
        var table = new Table([.. kind.Columns.Select(column => new Column(column.Title, column.IsNumber ? Column.Kind.Number : Column.Kind.Text))]);
        foreach (var row in rows) table.Add([.. kind.Columns.Select(column => column.Of(row))]);
        table.Write(session.Console);
        Listing.SayWhatIsLeft(session, rows.Count, from, page["total"] is { } total ? (long)total : rows.Count, JobCommands.NothingFound(filter, kind.Name));
    }

    private sealed record ListKind(string Name, string Description, string Sorts, IReadOnlyList<ListColumn> Columns);

    /// <summary>
    /// One column: its title, and which members it shows: <c>a.b</c> is a member of a member, <c>a/b</c> two of them, <c>list[a:b]</c>
    /// those of each row of a list.
    /// </summary>
    private sealed record ListColumn(string Title, string Members, bool IsNumber = true)
    {
        public string Of(JsonNode? row)
        {
            var bracket = Members.IndexOf('[');
            if (bracket < 0) return Joined(row, Members);
            var list = row?[Members[..bracket]] as JsonArray ?? [];
            return Words.OrDash(string.Join(", ", list.Select(item => Joined(item, Members[(bracket + 1)..^1]))));
        }

        private static string Joined(JsonNode? row, string members)
        {
            var texts = members.Split(':').Select(part => string.Join('/', part.Split('/').Select(path => Member(row, path)).Where((text, i) => i == 0 || text != "-")));
            return string.Join(' ', texts);
        }

        private static string Member(JsonNode? row, string path)
        {
            foreach (var name in path.Split('.')) row = (row as JsonObject)?[name];
            return row is null ? "-" : Words.OrDash(row.ToString());
        }
    }
}
