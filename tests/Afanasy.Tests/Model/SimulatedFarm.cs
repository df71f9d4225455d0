using Afanasy.Model;
using AfServer.Engine;
using AfServer.Journaling;
using AfServer.Model;
using AfServer.Solving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Model;

/// <summary>
/// The engine's turn without its threads, files and sockets: decide, apply, solve, keep, and only then tell. Watches every
/// change by means of its own, and can lose a turn or all its memory.
/// </summary>
internal sealed class SimulatedFarm
{
    /// <summary>Comparing whole farms is what takes the time of a day; a difference stays until it is found.</summary>
    private const int CompareEvery = 10;

    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(20);

    private readonly Clockwork _clockwork = new(new Mailbox(), _silenceMax, TimeProvider.System, NullLogger<Clockwork>.Instance);
    private readonly List<byte[]> _journal = [];
    private readonly Dictionary<TaskId, int> _lastRun = [];
    private readonly HashSet<TaskRunId> _ended = [];
    private Farm _follower = new();
    private int _followed;
    private int _turns;

    /// <summary>What was wrong, in words; empty as long as the farm keeps its promises.</summary>
    public List<string> Breaches { get; } = [];

    public Farm Farm { get; private set; } = new();

    public Solver Solver { get; private set; } = null!;   // Wake makes it

    public FarmView View { get; private set; } = null!;   // Wake makes it

    public List<SimulatedRender> Renders { get; } = [];

    public int RunsDone { get; private set; }

    public SimulatedFarm() => Wake();

    /// <summary>One turn. The requests are decided one after the other; a lost turn never reached the disk.</summary>
    public void Turn(IEnumerable<Func<(SimulatedRender? Reporter, Func<IFarmRequest> Request)>> requests, double seconds, bool isLost, bool tellsNobody)
    {
        View.Now += TimeSpan.FromSeconds(seconds);
        View.Uptime += TimeSpan.FromSeconds(seconds);
        var known = (Runs: new Dictionary<TaskId, int>(_lastRun), Ended: new HashSet<TaskRunId>(_ended));
        Decide(null, new FarmRequest<bool>(_clockwork.Check));
        foreach (var next in requests)
        {
            var (reporter, request) = next();
            Decide(reporter, request());
        }

        foreach (var job in Farm.Leaving.Where(job => job.RunningTasks == 0).ToList()) MakeTrue(new Change.JobDeleted(job.Id) { At = View.Now }, null);
        Solver.Refresh(Farm.Touches);
        Solve();
        if (isLost)
        {
            _journal.RemoveRange(_followed, _journal.Count - _followed);
            Restored(_lastRun, known.Runs);
            _ended.IntersectWith(known.Ended);
            Crash();
            return;
        }

        for (; _followed < _journal.Count; _followed++) _follower.Apply(ChangeCodec.Read(_journal[_followed]));
        _follower.Touches.Clear();
        Check();
        if (tellsNobody) Crash();
        else Release();
    }

    /// <summary>The process dies and starts again: the journal is all that is left, and every connection is gone.</summary>
    public void Crash()
    {
        Farm = TestFarm.Rebuilt(_journal.Select(record => ChangeCodec.Read(record)));
        foreach (var render in Renders) render.Session = null;
        Wake();
        Breaches.AddRange(FarmText.Differences(_follower, Farm).Select(difference => $"after a crash: {difference}"));
    }

    /// <summary>Replaces the journal by a snapshot.</summary>
    public void Snapshot()
    {
        var snapshot = Farm.Describe(View.Now).Select(ChangeCodec.Write).ToList();
        _journal.Clear();
        _journal.AddRange(snapshot);
        _followed = _journal.Count;
        _follower = TestFarm.Rebuilt(_journal.Select(record => ChangeCodec.Read(record)));
        Breaches.AddRange(FarmText.Differences(Farm, _follower).Select(difference => $"after a snapshot: {difference}"));
    }

    private void Wake()
    {
        Solver = new Solver(Farm);
        View = new FarmView(Farm, Solver, new Presences()) { Now = View?.Now ?? TestFarm.Noon };
        foreach (var render in Farm.Renders.Values) View.Presences.Of(render);
        Solver.RefreshAll();
        Farm.Touches.Clear();
    }

    private void Decide(SimulatedRender? reporter, IFarmRequest request)
    {
        var (changes, _, then) = request.Decide(View);
        foreach (var change in changes) MakeTrue(change, reporter);
        then?.Invoke();
    }

    private void Solve()
    {
        while (true)
        {
            var (next, expected) = (Solver.Next(), BruteForce.Next(Farm, Solver));
            if (next != expected) Breaches.Add($"the solver says {next}, looking at everything says {expected}");
            if (next is not { } assignment) return;
            MakeTrue(new Change.RunStarted(assignment.Run, assignment.Render) { At = View.Now }, null);
            Solver.Refresh(Farm.Jobs[assignment.Run.Job].Blocks[assignment.Run.Block], Farm.Renders[assignment.Render]);
            if (Breaches.Count > 0) return;
        }
    }

    private void MakeTrue(Change change, SimulatedRender? reporter)
    {
        if (change is Change.RunStarted start) Watch(start);
        if (change is Change.RunEnded end) Watch(end, reporter);
        _journal.Add(ChangeCodec.Write(change));
        Farm.Apply(change);
        if (change is Change.RunEnded ended) View.Presences.Forget(ended.Run);
    }

    private void Watch(Change.RunStarted start)
    {
        var (block, render) = (Farm.Jobs[start.Run.Job].Blocks[start.Run.Block], Farm.Renders[start.Render]);
        var (job, running) = (block.Job.Description, Farm.Running.Values);
        var last = _lastRun.GetValueOrDefault(start.Run.TaskId);
        void Demand(bool kept, string promise)
        {
            if (!kept) Breaches.Add($"{start.Run} on {render.Name}: {promise}");
        }

        Demand(running.All(run => run.Id.TaskId != start.Run.TaskId), "runs twice at a time");
        Demand(start.Run.Run == last + 1, $"is not the run after {last}");
        Demand(View.Presences.Of(render).Session is SimulatedSession { HasEnded: false }, "its render is away");
        Demand(running.Where(run => run.Render == render).Sum(run => run.Block.Description.Capacity) + block.Description.Capacity <= render.Offer.Capacity, "over the capacity of its render");
        Demand(render.Offer.MaxTasks == 0 || running.Count(run => run.Render == render) < render.Offer.MaxTasks, "over the tasks of its render");
        Demand(render.Offer.Services.Count == 0 || render.Offer.Services.Contains(block.Description.Service), "a service that its render does not offer");
        Demand(!block.Job.IsPaused && job.Priority > 0 && !block.Job.IsDeletionAsked, "its job is held");
        Demand(job.MaxRunningTasks < 0 || running.Count(run => run.Block.Job == block.Job) < job.MaxRunningTasks, "over the limit of its job");
        Demand(block.Description.MaxRunningTasks < 0 || running.Count(run => run.Block == block) < block.Description.MaxRunningTasks, "over the limit of its block");
        Demand(BruteForce.IsFreeToStart(block, start.Run.Task), "started before what it waits for was finished");
        _lastRun[start.Run.TaskId] = start.Run.Run;
    }

    private void Watch(Change.RunEnded end, SimulatedRender? reporter)
    {
        if (!_ended.Add(end.Run)) Breaches.Add($"{end.Run} is counted twice");
        var run = Farm.Running[end.Run];
        var isStoppedUnheard = end.Outcome == RunOutcome.Stopped && run.IsStopping && !Renders.Any(render => render.Running.Contains(end.Run) || render.Unanswered.ContainsKey(end.Run));
        if (end.Outcome != RunOutcome.RenderLost && run.Render.Id != reporter?.Id && !isStoppedUnheard) Breaches.Add($"{end.Run} was ended by {reporter?.Name}, which does not run it");
        if (end.Outcome == RunOutcome.Done) RunsDone++;
    }

    private void Check()
    {
        if (_turns++ % CompareEvery == 0) Breaches.AddRange(FarmText.Differences(Farm, _follower).Select(difference => $"replayed: {difference}"));
        foreach (var render in Farm.Renders.Values)
        {
            var used = Farm.Running.Values.Where(run => run.Render == render).Sum(run => run.Block.Description.Capacity);
            if (used != render.CapacityUsed) Breaches.Add($"{render.Name} counts {render.CapacityUsed} of capacity used, its runs use {used}");
        }

        foreach (var block in Farm.Touches.Jobs.SelectMany(job => job.Blocks)) Breaches.AddRange(BruteForce.WrongStates(block));
    }

    private void Release()
    {
        foreach (var render in Farm.Touches.Renders) View.Presences.Stirred.Add(View.Presences.Of(render));
        foreach (var presence in View.Presences.Stirred) presence.TrySpend(RunStarts.Describe);
        View.Presences.Stirred.Clear();
        Farm.Touches.Clear();
        foreach (var render in Renders.Where(render => render.Session is not null))
        {
            foreach (var orders in render.Session!.Sent) render.Hear(orders);   // the filter saw a session
            render.Session.Sent.Clear();
            if (render.Session.HasEnded) render.Session = null;
        }
    }

    private static void Restored(Dictionary<TaskId, int> runs, Dictionary<TaskId, int> before)
    {
        runs.Clear();
        foreach (var (task, run) in before) runs.Add(task, run);
    }
}
