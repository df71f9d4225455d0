using System.Diagnostics;

namespace Afanasy.Model;

/// <summary>Frames of one task, both ends included, on the grid of the block's increment.</summary>
public readonly record struct FrameSpan(long First, long Last, long Increment)
{
    public long Count => ((Last - First) / Increment) + 1;

    public override string ToString() =>
        (First == Last ? $"frame {First}" : $"frame {First}-{Last}") + (Increment > 1 ? $" / {Increment}" : "");
}

/// <summary>A numeric block's frames cut into tasks; the arithmetic of the CGRU contract, §2.6. Nothing is stored per task.</summary>
public readonly record struct FrameRange(long First, long Last, long PerTask, long Increment)
{
    public long FrameCount => Last < First ? 0 : ((Last - First) / Increment) + 1;

    public long TaskCount => (FrameCount + PerTask - 1) / PerTask;

    /// <summary>The frames of the task at a position, counted from 0.</summary>
    public FrameSpan Of(long task)
    {
        Debug.Assert(task >= 0 && task < TaskCount, "a task that the range has");
        var first = First + (task * PerTask * Increment);
        var last = Math.Min(first + ((PerTask - 1) * Increment), First + ((FrameCount - 1) * Increment));
        return new FrameSpan(first, last, Increment);
    }

    /// <summary>The position of the task that holds a frame; a frame outside is taken to the nearest end.</summary>
    public long TaskOf(long frame) =>
        Math.Clamp(FloorDivide(FloorDivide(frame - First, Increment), PerTask), 0, Math.Max(0, TaskCount - 1));

    internal static long FloorDivide(long value, long by)
    {
        var quotient = value / by;
        return value % by < 0 ? quotient - 1 : quotient;
    }
}
