using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>The farm in a few numbers, for headers.</summary>
internal sealed record FarmSummary(
    int JobsTotal, int JobsActive, int RendersTotal, int RendersOnline, int RendersBusy, int TasksRunning, long TasksReady, long TasksWaiting, long TasksError, string Version)
{
    public static FarmSummary Of(FarmView view)
    {
        var (active, ready, waiting, error) = (0, 0L, 0L, 0L);
        foreach (var job in view.Farm.Jobs.Values)
        {
            if (job.Done is not null) continue;
            active++;
            foreach (var block in job.Blocks)
            {
                ready += block.States.Count(TaskState.Ready);
                waiting += block.States.Count(TaskState.Waiting);
                error += block.States.Count(TaskState.Error);
            }
        }

        var renders = view.Farm.Renders.Values;
        return new FarmSummary(
            view.Farm.Jobs.Count, active, view.Farm.Renders.Count,
            renders.Count(render => view.Solver.IsOnline(render.Id)),
            renders.Count(render => render.Runs.Count > 0 && view.Solver.IsOnline(render.Id)),
            view.Farm.Running.Count, ready, waiting, error, ProgramVersion.Text);
    }
}
