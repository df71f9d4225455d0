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
        var size = consumer.TaskCount;
        var (low, high) = (0, size);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Project(consumer, middle, producer, offset).Last >= producerTask) high = middle;
            else low = middle + 1;
        }

        var first = low;
        high = size;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Project(consumer, middle, producer, offset).First > producerTask) high = middle;
            else low = middle + 1;
        }

        return (first, low - 1);
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

    /// <summary>In the producer's own frame numbers, both ends included, not clamped.</summary>
    private static (long First, long Last) FramesNeeded(BlockDescription consumer, int task, BlockDescription producer, long offset)
    {
        var shift = Math.Clamp(offset, -OffsetMax, OffsetMax);
        if (consumer.IsNumeric)
        {
            var frames = consumer.Frames.Of(task);
            if (!producer.IsNumeric) shift -= consumer.FrameFirst;
            return (frames.First + shift, frames.Last + shift);
        }

        if (producer.IsNumeric) shift += producer.FrameFirst;
        var frame = (task / consumer.TasksPerFrame) + shift;
        return (frame, frame);
    }

    private static int FirstTaskOf(BlockDescription block, long frame) =>
        block.IsNumeric ? (int)block.Frames.TaskOf(frame) : (int)(ListFrame(block, frame) * block.TasksPerFrame);

    private static int LastTaskOf(BlockDescription block, long frame) =>
        block.IsNumeric
            ? (int)block.Frames.TaskOf(frame)
            : (int)Math.Min((ListFrame(block, frame) * block.TasksPerFrame) + (block.TasksPerFrame - 1), block.TaskCount - 1);

    private static long ListFrame(BlockDescription block, long frame) => Math.Clamp(frame, 0, (block.TaskCount - 1) / block.TasksPerFrame);
}
