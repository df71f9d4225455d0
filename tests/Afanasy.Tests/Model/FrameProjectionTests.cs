using Afanasy.Model;
using FsCheck;
using FsCheck.Fluent;

namespace Afanasy.Tests.Model;

public sealed class FrameProjectionTests
{
    private static readonly Gen<BlockDescription> _ranges =
        from first in Gen.Choose(-30, 30)
        from length in Gen.Choose(0, 40)
        from perTask in Gen.Choose(1, 7)
        from increment in Gen.Choose(1, 5)
        select Range(first, first + length, perTask, increment);

    private static readonly Gen<BlockDescription> _lists =
        from size in Gen.Choose(0, 40)
        from perFrame in Gen.Choose(1, 5)
        select List(size, perFrame);

    private static readonly Arbitrary<BlockDescription> _blocks = Gen.OneOf(_ranges, _lists).ToArbitrary();

    private static readonly Arbitrary<int> _offsets = Gen.Choose(-50, 50).ToArbitrary();

    [Test]
    public void Frames_are_projected_as_the_contract_says() =>
        Prop.ForAll(_blocks, _blocks, _offsets, (consumer, producer, offset) =>
        {
            for (var task = 0; task < consumer.TaskCount; task++)
                Assert.That(Tasks(FrameProjection.Project(consumer, task, producer, offset)), Is.EqualTo(Needed(consumer, task, producer, offset)), Text(consumer, producer, offset));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Who_waits_for_a_task_is_who_needs_it() =>
        Prop.ForAll(_blocks, _blocks, _offsets, (consumer, producer, offset) =>
        {
            var needed = Enumerable.Range(0, consumer.TaskCount).Select(task => Needed(consumer, task, producer, offset)).ToList();
            for (var task = 0; task < producer.TaskCount; task++)
            {
                var waiting = Enumerable.Range(0, consumer.TaskCount).Where(other => needed[other].Contains(task));
                Assert.That(Tasks(FrameProjection.WaitingFor(producer, task, consumer, offset)), Is.EqualTo(waiting), $"{Text(consumer, producer, offset)} task {task}");
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Who_waits_for_any_of_several_tasks_is_from_the_first_of_the_first_to_the_last_of_the_last() =>
        Prop.ForAll(_blocks, _blocks, _offsets, (consumer, producer, offset) =>
        {
            var needed = Enumerable.Range(0, consumer.TaskCount).Select(task => Needed(consumer, task, producer, offset)).ToList();
            for (var last = 0; last < producer.TaskCount; last++)
            {
                var first = last / 2;
                var waiting = Enumerable.Range(0, consumer.TaskCount).Where(other => needed[other].Exists(on => on >= first && on <= last));
                var range = (FrameProjection.WaitingFor(producer, first, consumer, offset).First, FrameProjection.WaitingFor(producer, last, consumer, offset).Last);
                Assert.That(Tasks(range), Is.EqualTo(waiting), $"{Text(consumer, producer, offset)} tasks {first} to {last}");
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Later_tasks_never_need_earlier_ones() =>
        Prop.ForAll(_blocks, _blocks, _offsets, (consumer, producer, offset) =>
        {
            for (var task = 1; task < consumer.TaskCount; task++)
            {
                var (before, after) = (FrameProjection.Project(consumer, task - 1, producer, offset), FrameProjection.Project(consumer, task, producer, offset));
                Assert.That(after.First >= before.First && after.Last >= before.Last, Text(consumer, producer, offset));
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_running_task_is_passed_when_it_is_beyond_every_frame_that_is_needed_of_it() =>
        Prop.ForAll(_ranges.ToArbitrary(), _blocks, _offsets, (producer, consumer, offset) =>
        {
            for (var task = 0; task < consumer.TaskCount; task++)
            {
                var last = FramesOf(consumer, task, producer, offset)[^1];
                foreach (var on in Needed(consumer, task, producer, offset))
                {
                    var needed = Frames(producer, on).Where(frame => frame <= last).DefaultIfEmpty(Frames(producer, on)[0]).Max();
                    foreach (var frame in Frames(producer, on))
                        Assert.That(FrameProjection.IsPassed(producer, on, frame, consumer, task, offset), Is.EqualTo(frame > needed), $"{Text(consumer, producer, offset)} task {task} on {on} at {frame}");
                }
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_task_that_is_not_needed_is_always_passed_and_a_listed_one_never()
    {
        var (range, list) = (Range(1, 10, 1, 1), List(10, 1));

        Assert.That(FrameProjection.IsPassed(range, 5, 6, range, 4, 0), Is.True);
        Assert.That(FrameProjection.IsPassed(range, 5, 6, range, 5, 0), Is.False);
        Assert.That(FrameProjection.IsPassed(list, 5, long.MaxValue, range, 5, 0), Is.False);
    }

    [Test]
    public void A_chunk_lets_go_on_frame_by_frame()
    {
        var (producer, consumer) = (Range(1, 20, 10, 1), Range(1, 20, 1, 1));

        Assert.That(Passed(1), Is.Empty);
        Assert.That(Passed(4), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(Passed(10), Is.EqualTo(Enumerable.Range(0, 9)), "the last frame is done when the task is");

        IEnumerable<int> Passed(long frame) => Enumerable.Range(0, 10).Where(task => FrameProjection.IsPassed(producer, 0, frame, consumer, task, 0));
    }

    [TestCase(0, 0, 1)]
    [TestCase(3, 0, 1)]
    [TestCase(4, 2, 3)]
    [TestCase(19, 8, 9)]
    public void Lists_with_several_tasks_for_a_frame_meet_at_the_frame(int task, int first, int last) =>
        Assert.That(FrameProjection.Project(List(20, 4), task, List(10, 2), 0), Is.EqualTo((first, last)));

    [TestCase(0)]
    [TestCase(-5)]
    [TestCase(100)]
    public void Both_ends_are_clamped_for_any_offset(long first)
    {
        var (consumer, range, list) = (Range(first, first + 9, 3, 1), Range(-3, 3, 2, 1), List(7, 2));

        foreach (var offset in new[] { long.MinValue, long.MaxValue, -1000, 1000 })
        {
            var ends = offset < 0 ? ((0, 0), (0, 1)) : ((3, 3), (6, 6));
            Assert.That((FrameProjection.Project(consumer, 2, range, offset), FrameProjection.Project(consumer, 2, list, offset)), Is.EqualTo(ends));
        }
    }

    [Test]
    public void A_list_of_the_greatest_number_of_tasks_for_a_frame_does_not_overflow()
    {
        var list = List(10, long.MaxValue);

        Assert.That(FrameProjection.Project(list, 9, list, long.MaxValue), Is.EqualTo((0, 9)));
        Assert.That(FrameProjection.WaitingFor(list, 9, list, 0), Is.EqualTo((0, 9)));
    }

    [Test]
    public void Nobody_waits_for_a_block_without_tasks() =>
        Assert.That(Tasks(FrameProjection.Project(Range(1, 10, 1, 1), 4, List(0, 1), 0)), Is.Empty);

    [Test]
    public void Two_million_tasks_are_answered_at_once_at_both_ends()
    {
        var (producer, consumer) = (Range(-1_000_000, 999_999, 1, 1), Range(-1_000_000, 999_999, 3, 1));

        Assert.That(FrameProjection.WaitingFor(producer, 1_999_999, consumer, 0), Is.EqualTo((666_666, 666_666)));
        Assert.That(FrameProjection.WaitingFor(consumer, 0, producer, 0), Is.EqualTo((0, 2)));
    }

    /// <summary>Every task of the producer that holds a frame that is needed, with the contract's words and nothing clever.</summary>
    private static List<int> Needed(BlockDescription consumer, int task, BlockDescription producer, long offset)
    {
        if (producer.TaskCount == 0) return [];
        var frames = FramesOf(consumer, task, producer, offset);
        var tasks = frames.SelectMany(Holders).Distinct().Order().ToList();
        return [.. Enumerable.Range(tasks[0], tasks[^1] - tasks[0] + 1)];

        IEnumerable<int> Holders(long frame)
        {
            if (producer.IsNumeric)
            {
                var starts = Enumerable.Range(0, producer.TaskCount).Where(number => producer.FrameFirst + (number * producer.FramesPerTask * producer.FramesInc) <= frame);
                return [starts.DefaultIfEmpty(0).Max()];
            }

            var all = Enumerable.Range(0, producer.TaskCount).GroupBy(number => number / producer.TasksPerFrame).ToList();
            return frame < 0 ? all[0] : all.Find(group => group.Key == frame) ?? all[^1];
        }
    }

    private static List<long> FramesOf(BlockDescription consumer, int task, BlockDescription producer, long offset)
    {
        var zero = (consumer.IsNumeric, producer.IsNumeric) switch
        {
            (true, false) => -consumer.FrameFirst,
            (false, true) => producer.FrameFirst,
            _ => 0,
        };
        return [.. Frames(consumer, task).Select(frame => frame + zero + offset)];
    }

    private static List<long> Frames(BlockDescription block, int task)
    {
        if (!block.IsNumeric) return [task / block.TasksPerFrame];
        var frames = new List<long>();
        for (var frame = block.FrameFirst; frame <= block.FrameLast; frame += block.FramesInc) frames.Add(frame);
        return [.. frames.Skip(task * (int)block.FramesPerTask).Take((int)block.FramesPerTask)];
    }

    private static IEnumerable<int> Tasks((int First, int Last) range) => Enumerable.Range(range.First, Math.Max(0, range.Last - range.First + 1));

    private static string Text(BlockDescription consumer, BlockDescription producer, long offset) => $"{Text(consumer)} on {Text(producer)} offset {offset}";

    private static string Text(BlockDescription block) => block.IsNumeric ? block.Frames.ToString() : $"{block.Tasks.Count} tasks, {block.TasksPerFrame} for a frame";

    private static BlockDescription Range(long first, long last, long perTask, long increment) =>
        new() { Flags = BlockTraits.Numeric, FrameFirst = first, FrameLast = last, FramesPerTask = perTask, FramesInc = increment };

    private static BlockDescription List(int size, long perFrame) =>
        new() { FramesPerTask = perFrame == 1 ? 1 : -perFrame, FrameFirst = 77, Tasks = [.. Enumerable.Repeat(new TaskDescription(), size)] };
}
