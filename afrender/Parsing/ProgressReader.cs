using System.Globalization;
using System.Text.RegularExpressions;
using Afanasy.Model;

namespace AfRender.Parsing;

/// <summary>How far a run is, as its output says: percent 0 to 100, the frame it is at (-1 is unknown), what it does.</summary>
internal sealed record ProgressSeen(int Percent, long Frame, string Activity)
{
    public static ProgressSeen Nothing { get; } = new(0, -1, "");
}

/// <summary>Learns a run's progress from the lines that it prints, by the patterns of its service. One thread at a time.</summary>
internal sealed class ProgressReader(ServiceDescription? service, FrameSpan frames)
{
    /// <summary>A monitor shows one short line.</summary>
    private const int ActivityCharsMax = 120;

    private readonly IReadOnlyList<Regex> _patterns = service?.Progress ?? [];
    private readonly long _frameCount = Math.Max(1, frames.Count);

    private long _frameIndex;

    /// <summary>False when no line can say anything, so that lines need not be decoded.</summary>
    public bool IsOfUse => _patterns.Count > 0;

    public ProgressSeen Seen { get; private set; } = ProgressSeen.Nothing;

    /// <summary>Takes one line in; true when it changed what is seen.</summary>
    public bool Read(string line)
    {
        foreach (var pattern in _patterns)
        {
            var match = pattern.Match(line);
            if (!match.Success) continue;
            var before = Seen;
            Take(match);
            return Seen != before;
        }

        return false;
    }

    private void Take(Match match)
    {
        if (match.Groups[ProgressGroups.Activity] is { Success: true } activity)
            Seen = Seen with { Activity = Short(activity.Value.Trim()) };
        if (TryNumber(match, ProgressGroups.Frame, out var frame)) TakeFrame((long)frame);

        if (TryNumber(match, ProgressGroups.Percent, out var percent)) Advance(percent / 100);
        if (TryNumber(match, ProgressGroups.Count, out var count)) TakeCount((long)count);
        if (TryNumber(match, ProgressGroups.Done, out var done) && TryNumber(match, ProgressGroups.Total, out var total) && total > 0)
            AdvanceInFrame(Math.Min(1, done / total));
        if (match.Groups[ProgressGroups.Saved].Success) TakeSaved();
        if (match.Groups[ProgressGroups.End].Success) Advance(1);
    }

    private void TakeFrame(long frame)
    {
        if (frame < frames.First || frame > frames.Last) return;
        _frameIndex = (frame - frames.First) / Math.Max(1, frames.Increment);
        Seen = Seen with { Frame = frame };
        AdvanceInFrame(0);
    }

    private void TakeCount(long count)
    {
        Seen = Seen with { Activity = $"{count} frames" };

        // The one task that makes a movie of all pictures has one frame: how many pictures there will be is not known.
        if (_frameCount > 1) Advance(Math.Min(1, (double)count / _frameCount));
    }

    private void TakeSaved()
    {
        AdvanceInFrame(1);
        _frameIndex = Math.Min(_frameIndex + 1, _frameCount - 1);
    }

    private void AdvanceInFrame(double part) => Advance((_frameIndex + part) / _frameCount);

    /// <summary>A run that goes back over its frames (a second pass) does not show less than it did.</summary>
    private void Advance(double part) => Seen = Seen with { Percent = Math.Max(Seen.Percent, (int)(Math.Clamp(part, 0, 1) * 100)) };

    private static bool TryNumber(Match match, string group, out double number)
    {
        number = 0;
        return match.Groups[group] is { Success: true } found
            && double.TryParse(found.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static string Short(string text) => text.Length <= ActivityCharsMax ? text : text[..ActivityCharsMax];
}
