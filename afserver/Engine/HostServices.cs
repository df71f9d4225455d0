using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>
/// The command that runs on the other hosts of a multi-host task for as long as the task runs (<c>multihost_service</c>). To its render it is
/// a run like any other, with a number below zero that no attempt has; to the farm it is no run: its end means nothing.
/// </summary>
internal sealed class HostServices(Render render)
{
    private readonly HashSet<TaskRunId> _told = [];

    /// <summary>A new connection knows of none.</summary>
    public void Forget() => _told.Clear();

    /// <summary>The services that this render must start now, and those that it must end.</summary>
    public (IReadOnlyList<RunStart> Starts, IReadOnlyList<TaskRunId> Drops) Due(Func<TaskRun, RunStart> describe)
    {
        if (_told.Count == 0 && !MayWant()) return ([], []);
        var wanted = Wanted().ToDictionary(run => IdOf(run.Id));
        var drops = _told.Where(told => !wanted.ContainsKey(told)).ToList();
        _told.ExceptWith(drops);
        var starts = new List<RunStart>();
        foreach (var (id, run) in wanted)
        {
            if (_told.Add(id)) starts.Add(Describe(describe(run), id, run));
        }

        return (starts, drops);
    }

    /// <summary>The master's command waits a while for the services on the other hosts; a start that is still to come tells of a clock that was set back.</summary>
    public static bool KeepsMasterWaiting(TaskRun run, DateTimeOffset now) =>
        HasService(run) && now >= run.Started && (now - run.Started).TotalSeconds < run.Block.Description.MultihostServiceWait;

    /// <summary>Asked of every render that has anything to say; few have multi-host tasks.</summary>
    private bool MayWant()
    {
        if (render.Helping.Count > 0) return true;
        for (var i = 0; i < render.Runs.Count; i++)
        {
            if (render.Runs[i].Block.Description.IsMultihost) return true;
        }

        return false;
    }

    private IEnumerable<TaskRun> Wanted() => render.Helping
        .Concat(render.Runs.Where(run => run.Block.Description.Flags.HasFlag(BlockTraits.MasterOnSlave)))
        .Where(run => HasService(run) && !run.IsStopping);

    private static bool HasService(TaskRun run) => run.Block.Description.IsMultihost && run.Block.Description.MultihostService.Length > 0;

    private static TaskRunId IdOf(TaskRunId run) => run with { Run = -run.Run };

    private static RunStart Describe(RunStart task, TaskRunId id, TaskRun run) => task with
    {
        Run = id,
        Command = run.Block.Description.MultihostService.Replace(RunStarts.HostsMark, RunStarts.HostsOf(run), StringComparison.Ordinal),
        Files = [],
        BlockFlags = (long)BlockTraits.None,
        CommandPre = "",
        CommandPost = "",
    };
}
