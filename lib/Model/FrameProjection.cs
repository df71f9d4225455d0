namespace Afanasy.Model;

/// <summary>
/// Which tasks of one block the tasks of another wait for, frame by frame; CGRU contract §5.5a. A range of frames has its own
/// numbers; a list has the frames 0, 1, 2 …, each of them as many tasks as <see cref="BlockDescription.TasksPerFrame"/> says;
/// between the two the first frame of the range is frame 0 of the list. Frames outside are taken to the nearest end. Later
/// tasks never need earlier ones, so both directions are ranges.
/// </summary>
public static class FrameProjection
{
    /// <summary>No two frames are farther apart, so a greater offset changes nothing.</summary>
    private const long OffsetMax = 1L << 33;

    /// <summary>
    /// The tasks of the producer, both ends included, that hold the frames of one task of the consumer, shifted by the offset;
    /// last is below first when the producer has no tasks.
    /// </summary>
    public static (int First, int Last) Project(BlockDescription consumer, int consumerTask, BlockDescription producer, long offset)
    {
        if (producer.TaskCount == 0) return (0, -1);
        var (first, last) = FramesNeeded(consumer, consumerTask, producer, offset);
        return (FirstTaskOf(producer, first), LastTaskOf(producer, last));
    }

    /// <summary>The tasks of the consumer, both ends included, that wait for one task of the producer; none when last is below first.</summary>
    public static (int First, int Last) WaitingFor(BlockDescription producer, int producerTask, BlockDescription consumer, long offset)
    {
        var shift = Shift(consumer, producer, offset);
        var (first, last) = FramesHeld(producer, producerTask);
        return (
            first is { } from ? FirstTaskUpTo(consumer, from - shift) : 0,
            last is { } to ? LastTaskFrom(consumer, to - shift) : consumer.TaskCount - 1);
    }

    /// <summary>
    /// Whether a running task of the producer has gone beyond all that one task of the consumer needs of it. The current frame
    /// is the one that it works on, a frame number of its own range; a listed task works on one frame until its end.
    /// </summary>
    public static bool IsPassed(BlockDescription producer, int producerTask, long currentFrame, BlockDescription consumer, int consumerTask, long offset)
    {
        var (first, last) = Project(consumer, consumerTask, producer, offset);
        if (producerTask < first || producerTask > last) return true;
        if (!producer.IsNumeric) return false;
        var span = producer.Frames.Of(producerTask);
        return currentFrame > Math.Clamp(FramesNeeded(consumer, consumerTask, producer, offset).Last, span.First, span.Last);
    }

    /// <summary>What to add to a frame of the consumer to have it in the producer's own numbers.</summary>
    private static long Shift(BlockDescription consumer, BlockDescription producer, long offset)
    {
        var shift = Math.Clamp(offset, -OffsetMax, OffsetMax);
        return (consumer.IsNumeric, producer.IsNumeric) switch
        {
            (true, false) => shift - consumer.FrameFirst,
            (false, true) => shift + producer.FrameFirst,
            _ => shift,
        };
    }

    /// <summary>In the producer's own frame numbers, both ends included, not clamped.</summary>
    private static (long First, long Last) FramesNeeded(BlockDescription consumer, int task, BlockDescription producer, long offset)
    {
        var shift = Shift(consumer, producer, offset);
        if (!consumer.IsNumeric) return ((task / consumer.TasksPerFrame) + shift, (task / consumer.TasksPerFrame) + shift);
        var frames = consumer.Frames.Of(task);
        return (frames.First + shift, frames.Last + shift);
    }

    /// <summary>The frames that are taken to a task: up to where the next one begins, and without an end at the ends of the block.</summary>
    private static (long? First, long? Last) FramesHeld(BlockDescription block, int task)
    {
        if (block.IsNumeric)
        {
            var (each, first) = (block.FramesPerTask * block.FramesInc, block.FrameFirst + (task * block.FramesPerTask * block.FramesInc));
            return (task == 0 ? null : first, task == block.TaskCount - 1 ? null : first + each - 1);
        }

        var frame = task / block.TasksPerFrame;
        return (frame == 0 ? null : frame, frame == LastListFrame(block) ? null : frame);
    }

    /// <summary>The first task whose last frame is this one or later; one behind the last task when there is none.</summary>
    private static int FirstTaskUpTo(BlockDescription block, long frame)
    {
        if (!block.IsNumeric) return (int)Int128.Clamp((Int128)frame * block.TasksPerFrame, 0, block.TaskCount);
        var frames = block.Frames;
        var number = -FrameRange.FloorDivide(frames.First - frame, frames.Increment);
        return (int)Math.Clamp(number >= frames.FrameCount ? frames.TaskCount : FrameRange.FloorDivide(number, frames.PerTask), 0, frames.TaskCount);
    }

    /// <summary>The last task whose first frame is this one or earlier; -1 when there is none.</summary>
    private static int LastTaskFrom(BlockDescription block, long frame)
    {
        if (!block.IsNumeric) return (int)Int128.Clamp((((Int128)frame + 1) * block.TasksPerFrame) - 1, -1, block.TaskCount - 1);
        var frames = block.Frames;
        return (int)Math.Clamp(FrameRange.FloorDivide(FrameRange.FloorDivide(frame - frames.First, frames.Increment), frames.PerTask), -1, frames.TaskCount - 1);
    }

    private static int FirstTaskOf(BlockDescription block, long frame) =>
        block.IsNumeric ? (int)block.Frames.TaskOf(frame) : (int)(ListFrame(block, frame) * block.TasksPerFrame);

    private static int LastTaskOf(BlockDescription block, long frame) =>
        block.IsNumeric
            ? (int)block.Frames.TaskOf(frame)
            : (int)Int128.Min((Int128)(ListFrame(block, frame) + 1) * block.TasksPerFrame, block.TaskCount) - 1;

    private static long ListFrame(BlockDescription block, long frame) => Math.Clamp(frame, 0, LastListFrame(block));

    private static long LastListFrame(BlockDescription block) => (block.TaskCount - 1) / block.TasksPerFrame;
}
