using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Engine;

/// <summary>
/// The single writer: the only code that modifies the farm. A turn takes what has arrived, decides it, solves, makes all of it
/// durable with one commit, and only then lets anyone outside hear of it. A commit that fails ends the engine, and with it the
/// process: memory is ahead of the disk.
/// </summary>
internal sealed partial class FarmEngine
{
    /// <summary>Requests decided in one turn: bounds how long the first of them waits for its answer.</summary>
    public const int TurnRequestsMax = 1024;

    /// <summary>Tasks started in one turn, for the same reason.</summary>
    private const int TurnAssignmentsMax = 1024;

    /// <summary>Changes between two snapshots: about a second of replay.</summary>
    private const int SnapshotEveryChanges = 200_000;

    /// <summary>How often the solver looks at what time brings.</summary>
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(500);

    private readonly Farm _farm;
    private readonly Solver _solver;
    private readonly IJournal _journal;
    private readonly Ledger _ledger;
    private readonly Notices _notices;
    private readonly TimeProvider _time;
    private readonly ILogger<FarmEngine> _logger;
    private readonly FarmView _view;
    private readonly List<IFarmRequest> _decided = [];
    private readonly long _began;
    private long _snapshotSequence;
    private bool _moreToSolve;
    private TimeSpan _ticked;

    public FarmEngine(Recovered recovered, IJournal journal, Notices notices, FarmRules rules, TimeProvider time, ILogger<FarmEngine> logger)
    {
        _farm = recovered.Farm;
        _solver = new Solver(_farm);
        _journal = journal;
        _ledger = new Ledger(journal, _farm);
        _notices = notices;
        _time = time;
        _logger = logger;
        _began = time.GetTimestamp();
        _snapshotSequence = recovered.SnapshotSequence;
        _view = new FarmView(_farm, _solver, new Presences())
        {
            Rights = rules.Rights,
            WakeCommand = rules.WakeCommand,
            Sequence = journal.LastSequence,
            Gauge = new TurnGauge(time),
            Began = time.GetUtcNow(),
        };
        foreach (var render in _farm.Renders.Values) _view.Presences.Of(render);
        _ledger.Begin();
        _solver.RefreshAll(time.GetUtcNow());
        _farm.Touches.Clear();
    }

    public Mailbox Mailbox { get; } = new();

    /// <summary>Runs turns until told to stop; throws when a turn could not be made durable.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Exception reason = new FarmStoppedException("The server is stopping.");
        try
        {
            while (_moreToSolve || await Mailbox.Reader.WaitToReadAsync(stop)) Turn();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            WriteSnapshot();
        }
        catch (LeadershipLostException e)
        {
            reason = new FarmStoppedException(e.Message);
            throw;
        }
        catch (Exception e)
        {
            reason = new FarmStoppedException($"The server ends: {e.Message}");
            throw;
        }
        finally
        {
            Mailbox.Close(reason);
            foreach (var request in _decided) request.Abandon(reason);
        }
    }

    internal void Turn()
    {
        _view.Gauge.Begin();
        _view.Now = _time.GetUtcNow();
        _view.Uptime = _time.GetElapsedTime(_began);
        var before = _view.Sequence;
        DecideArrived();
        DeleteLeaving();
        _view.Gauge.Over(TurnPart.Decide);
        Tick();
        _solver.Refresh(_farm.Touches, _view.Now);
        Solve();
        _ledger.WriteFinished();
        _view.Gauge.Over(TurnPart.Solve);

        _journal.Commit();
        _view.Gauge.CommitOver(wrote: _view.Sequence > before);
        Release();
        _view.Gauge.Over(TurnPart.Release);
        if (_view.Sequence - _snapshotSequence >= SnapshotEveryChanges) WriteSnapshot();
        _view.Gauge.Over(TurnPart.Snapshot);
        _view.Gauge.End();
    }

    private void DecideArrived()
    {
        while (_decided.Count < TurnRequestsMax && Mailbox.Reader.TryRead(out var request))
        {
            _decided.Add(request);
            var (changes, action, then) = request.Decide(_view);
            foreach (var change in changes) MakeTrue(change);
            then?.Invoke();
            if (action is not null) _journal.Append(action);
        }
    }

    private void DeleteLeaving()
    {
        if (_farm.Leaving.Count == 0) return;
        foreach (var job in _farm.Leaving.Where(job => job.RunningTasks == 0).ToList())
        {
            var after = SystemJobs.PostCommand(_farm, job, _view.Now);
            MakeTrue(new Change.JobDeleted(job.Id) { At = _view.Now });
            foreach (var change in after) MakeTrue(change);
        }
    }

    private void Tick()
    {
        if (_view.Uptime - _ticked < _tick) return;
        _ticked = _view.Uptime;
        foreach (var change in _solver.Tick(_view.Now)) MakeTrue(change);
    }

    private void Solve()
    {
        _moreToSolve = false;
        for (var assigned = 0; _solver.Next(_view.Now) is { } next; assigned++)
        {
            if (assigned == TurnAssignmentsMax)
            {
                _moreToSolve = true;
                return;
            }

            MakeTrue(new Change.RunStarted(next.Run, next.Render) { At = _view.Now, Grant = next.Grant });
            _solver.Follow(_farm.Running[next.Run]);
        }
    }

    private void MakeTrue(Change change)
    {
        _ledger.Write(change);
        _farm.Apply(change);
        _view.Sequence++;
        switch (change)
        {
            case Change.RunEnded c: _view.Presences.Forget(c.Run); break;
            case Change.RenderDeleted c: _view.Presences.Forget(c.Render); break;
            default: break;
        }
    }

    private void Release()
    {
        foreach (var request in _decided) request.Release();
        _decided.Clear();
        foreach (var render in _farm.Touches.Renders) _view.Presences.Stirred.Add(_view.Presences.Of(render));
        foreach (var presence in _view.Presences.Stirred) presence.TrySpend(RunStarts.Describe, _view.Now);
        _view.Presences.Stirred.RemoveWhere(presence => !presence.HoldsBack);
        _notices.Publish(_farm.Touches, _view.Sequence);
        _farm.Touches.Clear();
    }

    private void WriteSnapshot()
    {
        if (_view.Sequence == _snapshotSequence) return;
        var began = _time.GetTimestamp();
        _journal.WriteSnapshot([.. _farm.Describe(_time.GetUtcNow())]);
        _snapshotSequence = _view.Sequence;
        LogSnapshot(_view.Sequence, _time.GetElapsedTime(began).TotalMilliseconds);
    }

    [LoggerMessage(2001, LogLevel.Information, "Snapshot at change {Sequence} written in {Milliseconds:0} ms.")]
    private partial void LogSnapshot(long sequence, double milliseconds);
}

/// <summary>The farm as the journal tells it, and the change at which its newest snapshot was taken.</summary>
internal sealed record Recovered(Farm Farm, long SnapshotSequence);

/// <summary>What whoever runs the farm has decided for it.</summary>
internal sealed record FarmRules(Rights Rights, string WakeCommand);
