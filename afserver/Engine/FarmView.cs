using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Engine;

/// <summary>What a request may read while it is decided. Only for use within the turn, on the engine's thread.</summary>
internal sealed class FarmView(Farm farm, Solver solver, Presences presences)
{
    public Farm Farm { get; } = farm;

    public Solver Solver { get; } = solver;

    public Presences Presences { get; } = presences;

    /// <summary>Who may do what.</summary>
    public Rights Rights { get; set; } = Rights.Open;

    /// <summary>One reading of the clock for the whole turn, UTC; for records.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>What the clock said when the engine began; null where nobody has looked.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>Time since the engine began, which no clock change moves; for silence.</summary>
    public TimeSpan Uptime { get; set; }

    /// <summary>The command that wakes a machine; see <see cref="WakeJobs"/>.</summary>
    public string WakeCommand { get; set; } = WakeJobs.CommandDefault;

    /// <summary>What turns cost.</summary>
    public TurnGauge Gauge { get; init; } = new(TimeProvider.System);

    /// <summary>The number of the last change applied.</summary>
    public long Sequence { get; set; }
}
