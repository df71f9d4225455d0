using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class TaskOrderTests
{
    private static readonly long[] _sequentials = [1, -1, 0, 2, 3, 7, 10, 1000, -2, -3, -10, long.MaxValue, long.MinValue];

    [Test]
    public void Every_task_has_a_position_of_its_own_in_the_order_of_the_contract([ValueSource(nameof(_sequentials))] long sequential)
    {
        for (var size = 0; size <= 300; size++)
        {
            foreach (var block in Blocks(size, sequential)) Check(block);
        }
    }

    [TestCase(1, "0 1 2 3 4 5 6")]
    [TestCase(-1, "6 5 4 3 2 1 0")]
    [TestCase(0, "3 1 5 0 2 4 6")]
    [TestCase(3, "0 6 2 5 1 3 4", Description = "frames 1 to 7: 3 and 6 are multiples")]
    [TestCase(-3, "6 0 5 2 4 3 1")]
    public void The_order_is_what_the_contract_says(long sequential, string expected)
    {
        var order = TaskOrder.Of(Range(1, 7, 1, 1, sequential));

        Assert.That(string.Join(' ', Tasks(order)), Is.EqualTo(expected));
    }

    [Test]
    public void Only_first_to_last_is_plain([ValueSource(nameof(_sequentials))] long sequential) =>
        Assert.That(TaskOrder.Of(Range(1, 7, 1, 1, sequential)).IsPlain, Is.EqualTo(sequential == 1));

    [Test]
    public void Two_million_tasks_have_positions_there_and_back([ValueSource(nameof(_sequentials))] long sequential, [Values] bool listed)
    {
        const int Size = 2_000_000;
        var block = listed
            ? new BlockDescription { Sequential = sequential, Tasks = new SameTasks(Size) }
            : Range(-Size, Size - 1, 1, 2, sequential);
        var order = TaskOrder.Of(block);
        var random = new Random(7);

        Assert.That(order.PositionsMax, Is.LessThanOrEqualTo((2 * Size) + 2));
        foreach (var task in Enumerable.Range(0, 2000).Select(_ => random.Next(Size)).Concat([0, 1, Size - 2, Size - 1]))
        {
            Assert.That(order.PositionOf(task), Is.InRange(0, order.PositionsMax - 1));
            Assert.That(order.TaskAt(order.PositionOf(task)), Is.EqualTo(task));
        }
    }

    [Test]
    public void First_last_and_multiples_are_previews_when_there_is_a_step()
    {
        Assert.That(Previews(Range(1, 12, 1, 1, 5)), Is.EqualTo(new[] { 0, 4, 9, 11 }));
        Assert.That(Previews(Range(1, 12, 1, 1, -5)), Is.EqualTo(new[] { 0, 4, 9, 11 }));
        Assert.That(Previews(Range(1, 12, 3, 1, 5)), Is.EqualTo(new[] { 0, 1, 3 }), "a chunk that holds a multiple");
        Assert.That(Previews(Range(1, 12, 1, 2, 4)), Is.EqualTo(new[] { 0, 5 }), "odd frames only: no multiples");
        Assert.That(Previews(Range(-6, 6, 1, 1, 4)), Is.EqualTo(new[] { 0, 2, 6, 10, 12 }));
        Assert.That(Previews(List(12, 2, 3)), Is.EqualTo(new[] { 0, 1, 6, 7, 11 }), "two tasks make a frame");
    }

    [Test]
    public void Without_a_step_no_task_is_a_preview([Values(-1, 0, 1)] long sequential) => Assert.That(Previews(Range(1, 12, 1, 1, sequential)), Is.Empty);

    [Test]
    public void Positions_outside_have_no_task([ValueSource(nameof(_sequentials))] long sequential)
    {
        var order = TaskOrder.Of(Range(1, 12, 1, 1, sequential));

        Assert.That(order.TaskAt(-1), Is.EqualTo(-1));
        Assert.That(order.TaskAt(order.PositionsMax), Is.EqualTo(-1));
        Assert.That(order.TaskAt(int.MaxValue), Is.EqualTo(-1));
    }

    private static void Check(BlockDescription block)
    {
        var order = TaskOrder.Of(block);
        var expected = Expected(block);

        Assert.That(Tasks(order), Is.EqualTo(expected), $"{block.TaskCount} tasks of {block.Frames}");
        for (var task = 0; task < block.TaskCount; task++)
        {
            if (order.TaskAt(order.PositionOf(task)) != task) Assert.Fail($"task {task} of {block.Frames}");
        }

        Assert.That(order.PositionsMax, Is.LessThanOrEqualTo((2 * block.TaskCount) + 2));
    }

    /// <summary>The contract's words, task by task and frame by frame.</summary>
    private static List<int> Expected(BlockDescription block)
    {
        var all = Enumerable.Range(0, block.TaskCount).ToList();
        if (block.Sequential < 0) all.Reverse();
        if (Math.Abs((decimal)block.Sequential) == 1) return all;
        if (block.Sequential == 0) return MiddleOut(block.TaskCount);

        var ends = all.Count == 0 ? [] : new[] { all[0], all[^1] }.Distinct();
        return [.. ends.Concat(all.Where(HoldsMultiple)).Concat(all).Distinct()];

        bool HoldsMultiple(int task)
        {
            if (!block.IsNumeric) return task / block.TasksPerFrame % block.Sequential == 0;
            var span = block.Frames.Of(task);
            for (var frame = span.First; frame <= span.Last; frame += span.Increment)
            {
                if (frame % block.Sequential == 0) return true;
            }

            return false;
        }
    }

    private static List<int> MiddleOut(int size)
    {
        var (order, intervals) = (new List<int>(), new Queue<(int Low, int High)>([(0, size - 1)]));
        while (intervals.TryDequeue(out var interval))
        {
            if (interval.Low > interval.High) continue;
            var middle = (interval.Low + interval.High) / 2;
            order.Add(middle);
            intervals.Enqueue((interval.Low, middle - 1));
            intervals.Enqueue((middle + 1, interval.High));
        }

        return order;
    }

    private static IEnumerable<BlockDescription> Blocks(int size, long sequential)
    {
        yield return List(size, 1 + (size % 4), sequential);
        if (size == 0) yield break;
        var random = new Random(size);
        var (perTask, increment, first) = (random.Next(1, 6), random.Next(1, 9), random.Next(-500, 500));
        yield return Range(first, first + (size * perTask * increment) - 1 - random.Next(increment), perTask, increment, sequential);
        yield return Range(1, size, 1, 1, sequential);
    }

    private static List<int> Tasks(TaskOrder order) => [.. Enumerable.Range(0, order.PositionsMax).Select(order.TaskAt).Where(task => task >= 0)];

    private static IEnumerable<int> Previews(BlockDescription block) => Enumerable.Range(0, block.TaskCount).Where(TaskOrder.Of(block).IsPreview);

    private static BlockDescription Range(long first, long last, long perTask, long increment, long sequential) =>
        new() { Flags = BlockTraits.Numeric, FrameFirst = first, FrameLast = last, FramesPerTask = perTask, FramesInc = increment, Sequential = sequential };

    private static BlockDescription List(int size, long perFrame, long sequential) =>
        new() { FramesPerTask = perFrame == 1 ? 1 : -perFrame, Sequential = sequential, Tasks = new SameTasks(size) };

    private sealed class SameTasks(int count) : IReadOnlyList<TaskDescription>
    {
        private static readonly TaskDescription _task = new();

        public int Count => count;

        public TaskDescription this[int index] => _task;

        public IEnumerator<TaskDescription> GetEnumerator() => Enumerable.Repeat(_task, count).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
