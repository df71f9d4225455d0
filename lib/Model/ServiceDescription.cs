using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>A kind of work, as a file in <c>lib/services</c> describes it: data, not code.</summary>
public sealed record ServiceDescription
{
    public required string Name { get; init; }

    /// <summary>Tried in this order on every line that a run prints; the first that matches is taken.</summary>
    public IReadOnlyList<Regex> Progress { get; init; } = [];

    /// <summary>Lines that say that the run failed, whatever its exit code is.</summary>
    public IReadOnlyList<Regex> Errors { get; init; } = [];

    /// <summary>Lines that say that no retry helps, whatever the exit code is.</summary>
    public IReadOnlyList<Regex> Fatal { get; init; } = [];

    /// <summary>Lines that say, of a run that failed, that it got no licence.</summary>
    public IReadOnlyList<Regex> Licence { get; init; } = [];

    /// <summary>Lines that say, of a run that failed, that it got no memory.</summary>
    public IReadOnlyList<Regex> Memory { get; init; } = [];
}

/// <summary>The named groups that a progress pattern may have, and what each of them says.</summary>
public static class ProgressGroups
{
    /// <summary>0 to 100, of the whole task.</summary>
    public const string Percent = "percent";

    /// <summary>The number of the frame that is being rendered.</summary>
    public const string Frame = "frame";

    /// <summary>How many frames of the task are finished.</summary>
    public const string Count = "count";

    /// <summary>Steps done inside the current frame; needs <see cref="Total"/>.</summary>
    public const string Done = "done";

    /// <summary>Steps that the current frame has.</summary>
    public const string Total = "total";

    /// <summary>The current frame is finished.</summary>
    public const string Saved = "saved";

    /// <summary>The whole task is finished.</summary>
    public const string End = "end";

    /// <summary>What the run says that it does.</summary>
    public const string Activity = "activity";

    public static IReadOnlyList<string> All { get; } = [Percent, Frame, Count, Done, Total, Saved, End, Activity];
}
