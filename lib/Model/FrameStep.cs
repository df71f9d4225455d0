using System.Numerics;

namespace Afanasy.Model;

/// <summary>
/// The frames of a block that are multiples of its <c>sequential</c>: counted along the block's increment, one in every
/// <see cref="Period"/> frames, beginning with number <see cref="Phase"/>; none when the period is 0.
/// </summary>
internal readonly record struct FrameStep(long Phase, long Period)
{
    public static FrameStep Of(BlockDescription block)
    {
        var step = block.Sequential == long.MinValue ? long.MaxValue : Math.Abs(block.Sequential);
        if (!block.IsNumeric) return new FrameStep(0, step);

        var common = (long)BigInteger.GreatestCommonDivisor(block.FramesInc, step);
        if (block.FrameFirst % common != 0) return default;
        var period = step / common;
        var inverse = Inverse(block.FramesInc / common % period, period);
        return new FrameStep((long)Floored(-(Int128)(block.FrameFirst / common) * inverse, period), period);
    }

    /// <summary>Whether a task of the block holds a multiple; of the last one, whether it would if it were as long as the others.</summary>
    public bool IsHeldBy(BlockDescription block, int task)
    {
        if (Period == 0) return false;
        if (!block.IsNumeric) return task / block.TasksPerFrame % Period == 0;
        var first = task * block.FramesPerTask;
        return first + Floored((Int128)Phase - first, Period) < first + block.FramesPerTask;
    }

    private static Int128 Floored(Int128 value, Int128 by) => ((value % by) + by) % by;

    /// <summary>What multiplied with the value leaves 1 when divided by the modulus, which has no divisor in common with it.</summary>
    private static long Inverse(long value, long modulus)
    {
        var (rest, next) = ((Int128)modulus, (Int128)value);
        var (factor, nextFactor) = ((Int128)0, (Int128)1);
        while (next != 0)
        {
            var quotient = rest / next;
            (rest, next) = (next, rest - (quotient * next));
            (factor, nextFactor) = (nextFactor, factor - (quotient * nextFactor));
        }

        return (long)Floored(factor, modulus);
    }
}
