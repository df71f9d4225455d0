using Afanasy.Model;
using FsCheck;
using FsCheck.Fluent;

namespace Afanasy.Tests.Model;

public sealed class FrameRangeTests
{
    [Test]
    public void Every_frame_is_in_exactly_one_task([Range(1, 100)] int seed)
    {
        var range = Any(seed);

        var byTask = new List<long>();
        for (var task = 0L; task < range.TaskCount; task++)
        {
            var span = range.Of(task);
            for (var frame = span.First; frame <= span.Last; frame += span.Increment) byTask.Add(frame);
            Assert.That(span.Count, task < range.TaskCount - 1 ? Is.EqualTo(range.PerTask) : Is.InRange(1, range.PerTask), $"{range} task {task}");
        }

        var frames = new List<long>();
        for (var frame = range.First; frame <= range.Last; frame += range.Increment) frames.Add(frame);
        Assert.That(byTask, Is.EqualTo(frames), range.ToString());
        Assert.That(range.FrameCount, Is.EqualTo(frames.Count));
    }

    [Test]
    public void A_frame_is_found_in_its_task([Range(1, 100)] int seed)
    {
        var range = Any(seed);

        for (var task = 0L; task < range.TaskCount; task++)
        {
            var span = range.Of(task);
            for (var frame = span.First; frame < span.Last + span.Increment; frame++) Assert.That(range.TaskOf(frame), Is.EqualTo(task), $"{range} frame {frame}");
        }

        Assert.That(range.TaskOf(range.First - 1), Is.Zero);
        Assert.That(range.TaskOf(range.Last + 1000), Is.EqualTo(range.TaskCount - 1));
    }

    [TestCase(1, 10, 1, 1, 10, "frame 1", "frame 10")]
    [TestCase(1, 10, 3, 1, 4, "frame 1-3", "frame 10")]
    [TestCase(1, 10, 3, 2, 2, "frame 1-5 / 2", "frame 7-9 / 2")]
    [TestCase(-5, 5, 4, 1, 3, "frame -5--2", "frame 3-5")]
    [TestCase(-7, -1, 2, 3, 2, "frame -7--4 / 3", "frame -1 / 3")]
    [TestCase(0, 100, 1000, 1, 1, "frame 0-100", "frame 0-100")]
    [TestCase(5, 5, 1, 7, 1, "frame 5 / 7", "frame 5 / 7")]
    [TestCase(1, 8, 2, 5, 1, "frame 1-6 / 5", "frame 1-6 / 5")]
    public void A_range_is_cut_as_the_contract_says(long first, long last, long perTask, long increment, long tasks, string firstTask, string lastTask)
    {
        var range = new FrameRange(first, last, perTask, increment);

        Assert.That(range.TaskCount, Is.EqualTo(tasks));
        Assert.That(range.Of(0).ToString(), Is.EqualTo(firstTask));
        Assert.That(range.Of(tasks - 1).ToString(), Is.EqualTo(lastTask));
    }

    [Test]
    public void The_arithmetic_is_that_of_the_contract([Range(1, 100)] int seed)
    {
        var (first, last, per, inc) = Any(seed);
        var range = new FrameRange(first, last, per, inc);

        Assert.That(range.TaskCount, Is.EqualTo((long)Math.Ceiling((((last - first) / inc) + 1) / (decimal)per)));
        for (var n = 0L; n < range.TaskCount; n++)
        {
            var start = first + (n * per * inc);
            var end = Math.Min(start + (per * inc) - 1, last);
            end -= (end - first) % inc;
            Assert.That(range.Of(n), Is.EqualTo(new FrameSpan(start, end, inc)), $"{range} task {n}");
        }
    }

    [Test]
    public void Any_frame_of_any_range_is_in_the_task_that_begins_at_or_before_it()
    {
        var whole = Gen.Choose(-int.MaxValue, int.MaxValue).Select(value => (long)value).ToArbitrary();
        var cuts = Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, int.MaxValue)).Select(value => (long)value);
        var ranges = (from first in whole.Generator
                      from last in whole.Generator
                      from perTask in cuts
                      from increment in cuts
                      select new FrameRange(Math.Min(first, last), Math.Max(first, last), perTask, increment)).ToArbitrary();

        Prop.ForAll(ranges, whole, (range, frame) =>
        {
            var task = range.TaskOf(frame);
            var span = range.Of(task);
            Assert.That(task, Is.InRange(0, range.TaskCount - 1), range.ToString());
            Assert.That((span.First - range.First) % range.Increment == 0 && (span.Last - span.First) % range.Increment == 0, range.ToString());
            Assert.That(task == 0 || span.First <= frame, $"{frame} of {range}");
            Assert.That(task == range.TaskCount - 1 || range.Of(task + 1).First > frame, $"{frame} of {range}");
            Assert.That(range.Of(range.TaskCount - 1).Last, Is.InRange(range.Last - range.Increment + 1, range.Last));
        }).QuickCheckThrowOnFailure();
    }

    [TestCase(1, ExpectedResult = 1)]
    [TestCase(5, ExpectedResult = 1)]
    [TestCase(0, ExpectedResult = 1)]
    [TestCase(-1, ExpectedResult = 1)]
    [TestCase(-5, ExpectedResult = 5)]
    public long Only_a_negative_number_is_tasks_for_a_frame(long framesPerTask) => new BlockDescription { FramesPerTask = framesPerTask }.TasksPerFrame;

    [Test]
    public void An_empty_range_has_no_tasks() => Assert.That(new FrameRange(5, 4, 1, 1).TaskCount, Is.Zero);

    [Test]
    public void The_largest_range_that_is_allowed_does_not_overflow()
    {
        var range = new FrameRange(-int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);

        Assert.That(range.TaskCount, Is.EqualTo(1));
        Assert.That(range.Of(0), Is.EqualTo(new FrameSpan(-int.MaxValue, int.MaxValue, int.MaxValue)));
        Assert.That(range.TaskOf(int.MaxValue), Is.Zero);
    }

    private static FrameRange Any(int seed)
    {
        var random = new Random(seed);
        var first = random.Next(-300, 300);
        return new FrameRange(first, first + random.Next(0, 200), random.Next(1, 13), random.Next(1, 10));
    }
}
