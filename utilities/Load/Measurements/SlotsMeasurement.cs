using System.Diagnostics;
using AfLoad.Figures;
using AfLoad.Renders;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>How large the farm is, how long each task works and for how long it is looked at.</summary>
internal sealed record SlotsLoad(int Renders, int Slots, int Jobs, int Tasks, int Users, TimeSpan Work, TimeSpan Measured)
{
    public int AllSlots => Renders * Slots;

    /// <summary>Tasks that are taken until it is over, with as many again: what is measured is a farm in which much waits.</summary>
    public long TasksNeeded => 2 * (long)(AllSlots * (2 + (Measured / Work)));
}

/// <summary>How long a slot stays empty on a large farm that is full: from the report of an end to the start of the next task.</summary>
internal sealed class SlotsMeasurement(SlotsLoad load) : IMeasurement
{
    private const int Clients = 8;

    /// <summary>A run that is ended later than this was kept waiting by loadfarm itself, and so are the times that it measures.</summary>
    private const double LateMillisecondsMax = 10;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if ((long)load.Jobs * load.Tasks < load.TasksNeeded)
            throw new LoadFailure(ExitCodes.WrongUsage, $"--tasks: {load.Jobs} jobs of {load.Tasks} tasks do not last; so many slots need {load.TasksNeeded} tasks in all, or a longer --work");
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        using var rest = new ServerRest(server.Address, Clients);
        var (tally, clock) = (new RunTally(tellStarts: false), new WorkClock(load.Work, load.AllSlots, context.Time));
        context.Say($"{load.Jobs} jobs of {load.Tasks} tasks are submitted, and {load.Renders} renders of {load.Slots} slots join");
        await Jobs.SubmitAsync(rest, load.Jobs, Clients, number => Jobs.Mixed(number, load.Tasks, load.Users), cancel);
        await using var crowd = await RenderCrowd.JoinAsync(server.Address, load.Renders, load.Slots, tally, clock, cancel);
        await crowd.UntilAsync(clock.Full, cancel);

        context.Say($"all are full; it is measured for {load.Measured.TotalSeconds} s");
        var before = tally.ClosedRuns;
        crowd.StartMeasuring();
        var engine = await EngineGauge.BeginAsync(rest, cancel);
        var (began, share) = (Stopwatch.GetTimestamp(), new MachineShare(server.Gauge));
        var isWhole = await MeasureAsync(context, crowd, cancel);
        share.End();
        var (ended, seconds) = (tally.ClosedRuns - before, Stopwatch.GetElapsedTime(began).TotalSeconds);
        var turns = await engine.EndAsync();

        var late = new Times();
        clock.Measured(late);
        share.Warn(context);
        if (late.Count > 0 && late.At(0.99) > LateMillisecondsMax)
            context.Say($"WARNING: loadfarm ended runs up to {late.At(0.99):0.0} ms late (p99): its own times are too long by about as much. Give it less to do.");
        return new Findings("slots", [
            new Figure("slots", load.AllSlots), new Figure("ends", ended), new Figure("seconds", seconds, "s"), new Figure("ends_per_second", ended / seconds, "/s"),
            .. crowd.Measured(), .. crowd.StillEmpty(), .. share.Figures(ended), .. turns.Figures(), .. late.Figures("loadfarm_late")])
        { IsComplete = isWhole };
    }

    /// <summary>False when the time was up before.</summary>
    private async Task<bool> MeasureAsync(LoadContext context, RenderCrowd crowd, CancellationToken cancel)
    {
        try
        {
            await crowd.UntilAsync(OverAsync(context.Time, cancel), cancel);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> OverAsync(TimeProvider time, CancellationToken cancel)
    {
        await Task.Delay(load.Measured, time, cancel);
        return true;
    }
}
