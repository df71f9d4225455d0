using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Tests.Model;

public sealed class DependenciesTests
{
    [Test]
    public void Whoever_waits_is_ready_exactly_when_all_it_needs_is_finished([Range(1, 100)] int seed)
    {
        var random = new Random(seed);
        var farm = new TestFarm();
        var (producer, consumer) = (Any(random, "producer"), Any(random, "consumer") with { TasksDependMask = "producer" });
        var job = farm.Submit(producer, consumer);

        for (var i = 0; i < 40; i++)
        {
            var task = random.Next(producer.TaskCount);
            var finished = job.Blocks[0].States.Of(task) is TaskState.Skipped;
            if (finished) farm.Restart(job, 0, task, task);
            else farm.Skip(job, 0, task, task);

            var expected = Enumerable.Range(0, consumer.TaskCount).Select(number =>
            {
                var (first, last) = Needed(consumer, number, producer);
                return Enumerable.Range(first, last - first + 1).All(needed => job.Blocks[0].States.Of(needed) == TaskState.Skipped) ? 'r' : 'w';
            });
            Assert.That(TestFarm.States(job.Blocks[1]), Is.EqualTo(string.Concat(expected)), $"{consumer.Frames} on {producer.Frames}: {TestFarm.States(job)}");
        }
    }

    /// <summary>Frame by frame, with the contract's formula and nothing clever.</summary>
    internal static (int First, int Last) Needed(BlockDescription consumer, int task, BlockDescription producer)
    {
        long first = task, last = task;
        if (consumer.IsNumeric)
        {
            first = consumer.FrameFirst + (task * consumer.FramesPerTask * consumer.FramesInc);
            last = first;
            for (var n = 1; n < consumer.FramesPerTask && last + consumer.FramesInc <= consumer.FrameLast; n++) last += consumer.FramesInc;
        }

        if (consumer.IsNumeric && !producer.IsNumeric) (first, last) = (first - consumer.FrameFirst, last - consumer.FrameFirst);
        if (!consumer.IsNumeric && producer.IsNumeric) (first, last) = (first + producer.FrameFirst, last + producer.FrameFirst);
        return (Number(first), Number(last));

        int Number(long frame)
        {
            if (!producer.IsNumeric) return (int)Math.Clamp(frame, 0, producer.TaskCount - 1);
            var number = 0;
            while (number < producer.TaskCount - 1 && frame >= producer.FrameFirst + ((number + 1) * producer.FramesPerTask * producer.FramesInc)) number++;
            return number;
        }
    }

    private static BlockDescription Any(Random random, string name)
    {
        var first = random.Next(-20, 20);
        return random.Next(4) == 0
            ? new BlockDescription { Name = name, FrameFirst = first, Tasks = [.. Enumerable.Repeat(new TaskDescription { Command = "c" }, random.Next(1, 30))] }
            : new BlockDescription { Name = name, Flags = BlockTraits.Numeric, Command = "c", FrameFirst = first, FrameLast = first + random.Next(0, 40), FramesPerTask = random.Next(1, 7), FramesInc = random.Next(1, 5) };
    }
}
