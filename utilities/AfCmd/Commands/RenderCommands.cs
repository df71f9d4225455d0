using System.CommandLine;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>What is known about the machines: renders.</summary>
internal static class RenderCommands
{
    /// <summary>Running tasks named in a row; more make the row unreadable.</summary>
    private const int TasksNamedMax = 4;

    public static IEnumerable<Command> All(CommonOptions common) => [Renders(common)];

    private static FarmCommand Renders(CommonOptions common)
    {
        var filter = Listing.Filter("free text in the name, state:busy,idle,offline, pool:/PATH, user:NAME, sick:true, paused:true; a leading - negates; all must match.");
        var sort = Listing.Sort("name, id, state, capacity, pool or priority; a leading - reverses.");
        var from = Listing.From();
        var limit = Listing.Limit();
        var command = new FarmCommand("renders", "Lists the render machines.")
        {
            Examples = ["afcmd renders", "afcmd renders state:idle pool:/fast", "afcmd renders -state:offline --json"],
            Arguments = { filter },
            Options = { sort, from, limit },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var words = Listing.Words(line, filter);
            var answer = await session.Server.GetAsync("renders" + Listing.Query(line, words, sort, from, limit), stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else Show(session, answer.Read<RenderPage>(), words, line.GetValue(from));
            return ExitCodes.Fine;
        });
        return command;
    }

    private static void Show(CommandSession session, RenderPage page, string filter, int from)
    {
        var table = new Table(new("ID", Column.Kind.Number), new("STATE", Column.Kind.State), new("NAME"), new("POOL"), new("NOTE"), new("CAPACITY", Column.Kind.Number), new("CPU", Column.Kind.Number),
            new("MEMORY", Column.Kind.Number), new("CORES", Column.Kind.Number), new("SERVICES"), new("RUNS"), new("LAST SEEN"));
        var renders = page.Renders ?? [];
        foreach (var render in renders)
        {
            table.Add($"{render.Id}", render.State, render.Name, Words.OrDash(render.Pool), Words.OrDash(Note(render)), $"{render.CapacityUsed}/{render.Capacity}", render.Load is { } load ? Words.Percent(load.CpuPercent) : "-", Memory(render.Load),
                $"{render.Cores}", Words.OrDash(string.Join(',', render.Services ?? [])), Runs(render.Tasks ?? []), Words.Time(render.LastSeen));
        }

        table.Write(session.Console);
        Listing.SayWhatIsLeft(session, renders.Count, from, page.Total, JobCommands.NothingFound(filter, "renders"));
    }

    /// <summary>Why it may take nothing, or not everything, although it is there.</summary>
    private static string Note(RenderRow render)
    {
        (bool Holds, string Word)[] notes =
        [
            (render.NimbyAll, "NIMBY"), (render.Nimby, $"nimby of {Words.OrDash(render.UserName)}"), (render.Paused, "paused"), (render.Sick, "sick"),
            (render.Priority == 0 && render.Pool.Length > 0, "priority 0"), (render.Sleep is not ("" or "awake"), render.Sleep.Replace('_', ' ')),
        ];
        return string.Join(", ", notes.Where(note => note.Holds).Select(note => note.Word));
    }

    private static string Memory(LoadRow? load) =>
        load is null || load.MemoryTotalMb <= 0 ? "-" : $"{(load.MemoryTotalMb - load.MemoryFreeMb) / 1024:0.0}/{load.MemoryTotalMb / 1024:0.0} GB";

    private static string Runs(IReadOnlyList<RenderTaskRow> tasks)
    {
        var named = string.Join(' ', tasks.Take(TasksNamedMax).Select(t => $"{t.Job}/{t.Block}/{t.Task}"));
        return tasks.Count > TasksNamedMax ? $"{named} and {tasks.Count - TasksNamedMax} more" : Words.OrDash(named);
    }
}
