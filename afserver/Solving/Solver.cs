using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>One task for one render.</summary>
internal readonly record struct Assignment(TaskRunId Run, RenderId Render);

/// <summary>
/// Pairs ready tasks with free renders. It keeps indexes of the farm, refreshed by what the changes touched, so that a decision
/// costs the same whatever waits; the same farm and the same online renders always give the same answer.
/// </summary>
internal sealed class Solver(Farm farm)
{
    private readonly ReadyWork _work = new();
    private readonly FreeRenders _renders = new();
    private readonly HashSet<RenderId> _online = [];

    public bool IsOnline(RenderId render) => _online.Contains(render);

    public void SetOnline(Render render, bool online)
    {
        if (online) _online.Add(render.Id);
        else _online.Remove(render.Id);
        _renders.Refresh(render, online);
    }

    /// <summary>Indexes the whole farm; once, after recovery.</summary>
    public void RefreshAll()
    {
        foreach (var job in farm.Jobs.Values)
        {
            foreach (var block in job.Blocks) _work.Refresh(block, exists: true);
        }
    }

    /// <summary>Takes over what the changes since the last call have touched.</summary>
    public void Refresh(FarmTouches touches)
    {
        foreach (var block in touches.Blocks) _work.Refresh(block, farm.Jobs.ContainsKey(block.Job.Id));
        foreach (var render in touches.Renders) _renders.Refresh(render, IsOnline(render.Id));
        foreach (var gone in touches.RendersGone) _online.Remove(gone);
    }

    /// <summary>Follows one assignment that has just been applied.</summary>
    public void Refresh(Block block, Render render)
    {
        if (block.Job.Description.MaxRunningTasks >= 0)
        {
            foreach (var sibling in block.Job.Blocks) _work.Refresh(sibling, exists: true);
        }

        _work.Refresh(block, exists: true);
        _renders.Refresh(render, IsOnline(render.Id));
    }

    /// <summary>The next task to start, or null when nothing that is ready fits on anything that is free.</summary>
    public Assignment? Next()
    {
        if (_work.IsEmpty || _renders.IsEmpty) return null;
        foreach (var need in _work.Needs)
        {
            var block = _work.First(need);
            var task = block.States.First(TaskState.Ready);
            if (_renders.Best(need, block.Find(task)?.LastRender) is { } render)
                return new Assignment(new TaskRunId(block.Job.Id, block.Number, task, block.RunsOf(task) + 1), render.Id);
        }

        return null;
    }
}
