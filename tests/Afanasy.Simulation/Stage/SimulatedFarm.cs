using AfServer.Engine;
using AfServer.Journaling;
using AfServer.Model;
using AfServer.Solving;
using Afanasy.Simulation.Checks;
using Afanasy.Simulation.Machines;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Simulation.Stage;

/// <summary>
/// The server of a simulated day: the real engine, turned by hand, with a journal in memory. Dies when it is told to, and is made
/// anew from what it had committed.
/// </summary>
internal sealed class SimulatedFarm
{
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(6);

    private readonly Invariants _invariants;
    private readonly List<(IFarmRequest Request, Action Then)> _posted = [];
    private Books _before = new();
    private FarmEngine _engine = null!;   // Wake makes it
    private Clockwork _clockwork = null!;   // Wake makes it

    public SimulatedFarm()
    {
        Journal = new MemoryJournal(Watch);
        _invariants = new Invariants(this);
        Wake();
    }

    public DayClock Clock { get; } = new();

    public MemoryJournal Journal { get; }

    public Farm Farm { get; private set; } = new();

    public FarmView View { get; private set; } = null!;   // Wake makes it

    public Solver Solver => View.Solver;

    public Books Books { get; private set; } = new();

    public List<SimulatedRender> Renders { get; } = [];

    public List<string> Breaches { get; } = [];

    /// <summary>Everything is ordered strictly, so that it can be told what is to start next.</summary>
    public bool IsStrict { get; init; }

    public int Crashes { get; private set; }

    /// <summary>To be decided in the next turn; what follows happens when the answer is out.</summary>
    public void Ask<T>(Func<FarmView, Decision<T>> decide, Action<T>? then = null)
    {
        var request = new FarmRequest<T>(decide);
        if (!_engine.Mailbox.PostAsync(request, CancellationToken.None).IsCompletedSuccessfully) throw new InvalidOperationException("The mailbox is full.");
        _posted.Add((request, () =>
        {
            if (request.Answer.IsCompletedSuccessfully) then?.Invoke(request.Answer.Result);
        }
        ));
    }

    /// <summary>One turn of the engine, and everything that must be true after it.</summary>
    public void Turn()
    {
        Ask(_clockwork.Check);
        _before = Books;
        _invariants.Begin();
        try
        {
            _engine.Turn();
        }
        catch (Crash)
        {
            Restart();
            return;
        }

        foreach (var (_, then) in _posted) then();
        _posted.Clear();
        foreach (var render in Renders) render.Listen();
        _invariants.Follow();
        _invariants.Check();
    }

    /// <summary>Keeps a snapshot from which the next restart begins.</summary>
    public void Snapshot()
    {
        Journal.WriteSnapshot([.. Farm.Describe(Clock.Now)]);
        _invariants.CompareSnapshot();
    }

    private void Restart()
    {
        Crashes++;
        if (Journal.HasUncommitted) Books = _before;
        Journal.Forget();
        _posted.Clear();
        foreach (var render in Renders) render.Session = null;
        Wake();
        _invariants.Follow();
        _invariants.CompareAfterCrash();
    }

    private void Wake()
    {
        Farm = new Farm();
        var snapshot = Journal.ReadSnapshot();
        foreach (var change in snapshot?.Changes ?? []) Replay(change);
        foreach (var change in Journal.ReadAfter(snapshot?.Sequence ?? 0)) Replay(change);
        _engine = new FarmEngine(new Recovered(Farm, snapshot?.Sequence ?? 0), Journal, new Notices(), new FarmRules(Rights.Open, WakeJobs.CommandDefault), Clock, NullLogger<FarmEngine>.Instance);
        _clockwork = new Clockwork(_engine.Mailbox, SilenceMax, Clock, NullLogger<Clockwork>.Instance);
        Ask(view => new Decision<FarmView>(View = view));
        _engine.Turn();
        _posted.Clear();
        _invariants.Awaken();
    }

    private void Replay(Change change)
    {
        Farm.Apply(change);
        Farm.Touches.Clear();
    }

    private void Watch(Change change)
    {
        _invariants.Before(change);
        Books = Books.After(change, Farm);
    }
}
