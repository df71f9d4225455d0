using Afanasy.Simulation.Stage;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Everything that must be true, asked at every fact and after every turn. A breach begins with the name of the check.</summary>
internal sealed class Invariants
{
    /// <summary>Comparing whole farms takes most of the time of a day; a difference stays until it is found.</summary>
    private const int CompareEvery = 10;

    private readonly SimulatedFarm _stage;
    private readonly SecondCount _second = new();
    private readonly IRule[] _rules;
    private readonly RunCheck _runs;
    private readonly StartableCheck _startable;
    private readonly Farm _follower = new();
    private int _followed;
    private int _turns;

    public Invariants(SimulatedFarm stage)
    {
        _stage = stage;
        _rules = [new HoldRule(), new DependencyRule(), new LimitRule(_second), new KindRule(), new HostRule(), new RoomRule(), new TicketRule()];
        _runs = new RunCheck(stage);
        _startable = new StartableCheck(stage, _rules);
    }

    public void Begin() => _second.Begin(_stage.Clock.Now);

    /// <summary>A server that begins anew knows nothing of the second in which the other died.</summary>
    public void Awaken()
    {
        _second.Clear();
        _second.Begin(_stage.Clock.Now);
    }

    /// <summary>A fact that is about to become true.</summary>
    public void Before(Change change)
    {
        if (change is Change.RunEnded ended) Report(nameof(RunCheck), _runs.Against(ended));
        if (change is not Change.RunStarted c) return;
        Report(nameof(RunCheck), _runs.Against(c));
        var start = CandidateOf(c);
        foreach (var rule in _rules) Report(rule.GetType().Name, rule.Against(start).Select(text => $"{c.Run} on {start.Render.Name} starts {text}"));
        if (_stage.IsStrict) Report("OrderCheck", _startable.Overtaken(start));
        _second.Count(start.Job);
    }

    /// <summary>Another farm hears what was committed, as bytes.</summary>
    public void Follow()
    {
        for (; _followed < _stage.Journal.Committed.Count; _followed++)
        {
            _follower.Apply(ChangeCodec.Read(_stage.Journal.Committed[_followed]));
            _follower.Touches.Clear();
        }
    }

    public void Check()
    {
        Report(nameof(RunCheck), _runs.Now());
        Report(nameof(StateCheck), StateCheck.Now(_stage));
        Report(nameof(ShareCheck), ShareCheck.Now(_stage));
        Report(nameof(HostBookCheck), HostBookCheck.Now(_stage));
        Report(nameof(WaitCheck), WaitCheck.Now(_stage));
        Report(nameof(StartableCheck), _startable.Now());
        Report(nameof(ReasonCheck), ReasonCheck.Now(_stage, everyTask: _turns % CompareEvery == 0));
        if (_turns++ % CompareEvery == 0) Compare("replayed", _follower);
    }

    public void CompareSnapshot()
    {
        var farm = new Farm();
        foreach (var change in _stage.Journal.ReadSnapshot()!.Changes) farm.Apply(change);   // it was written just now
        Compare("from a snapshot", farm);
    }

    public void CompareAfterCrash() => Compare("after a crash", _follower);

    private void Compare(string what, Farm other) =>
        Report("ReplayCheck", FarmText.Differences(_stage.Farm, other).Select(difference => $"{what}: {difference}"));

    private Candidate CandidateOf(Change.RunStarted c)
    {
        var block = _stage.Farm.Jobs[c.Run.Job].Blocks[c.Run.Block];
        return new Candidate(_stage, block, c.Run.Task, _stage.Farm.Renders[c.Render], [.. c.Grant.Helpers.Select(helper => _stage.Farm.Renders[helper])], c.Grant);
    }

    private void Report(string check, IEnumerable<string> breaches) => _stage.Breaches.AddRange(breaches.Select(text => $"{check}: {text}"));
}
