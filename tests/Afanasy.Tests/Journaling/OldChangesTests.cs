using System.Buffers;
using System.Text;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>What servers of before wrote is read as what they meant. The bytes are made here field by field, as those servers did.</summary>
public sealed class OldChangesTests
{
    private static readonly int[] _block = [7, 1];
    private static readonly int[] _run = [7, 1, 2, 3];

    [Test]
    public void A_user_who_registered_has_the_usual_settings() =>
        Assert.That(SampleChanges.Text(Read(1, 1, "anna")), Is.EqualTo(SampleChanges.Text(new Change.UserSet("anna", new UserSettings()) { At = StoppedClock.Noon })));

    [Test]
    public void A_submitted_job_is_at_the_root_of_the_branches()
    {
        var change = (Change.JobSubmitted)Read(2, 1, 7, """{"name":"n","user_name":"anna","priority":0,"branch":"/film","blocks":[{"flags":1,"frame_last":5},{"name":"l","flags":1,"tasks":[{"command":"a"}]},{"frame_last":3}]}""");

        var job = change.Description;
        Assert.That((change.Job, job.Name, job.UserName, job.Priority, job.Branch), Is.EqualTo((new JobId(7), "n", "anna", 0, "/")));
        Assert.That(job.Blocks.Select(block => (block.IsNumeric, block.TaskCount)), Is.EqualTo(new[] { (true, 6), (false, 1), (true, 4) }));
        Assert.That((job.Blocks[0].ErrorsAvoidHost, job.Blocks[0].NeedMemory, job.DependJobs.Count), Is.EqualTo((-1, -1, 0)));
    }

    [Test]
    public void A_start_reserves_the_capacity_of_its_block()
    {
        var farm = new Farm();
        farm.Apply(Read(1, 1, "anna"));
        farm.Apply(Read(13, 1, 4, "render1", new object[] { "instance", "host", "linux", 8, 16_000, 4000, 2, new object[] { "blender", "nuke" } }));
        farm.Apply(Read(2, 1, 7, """{"user_name":"anna","blocks":[{"flags":1},{"flags":1,"frame_last":5,"capacity":1234}]}"""));

        farm.Apply(Read(8, 1, _run, 4));

        var run = farm.Running[new TaskRunId(new JobId(7), 1, 2, 3)];
        Assert.That((run.Grant.Capacity, run.Render.CapacityUsed, run.Block.Job.Share.Capacity), Is.EqualTo((1234, 1234, 1234L)));
        Assert.That(farm.Describe(StoppedClock.Noon).OfType<Change.RunStarted>().Single().Grant.Capacity, Is.EqualTo(1234));
    }

    [TestCase(TaskState.Ready, StopCause.Restart)]
    [TestCase(TaskState.Skipped, StopCause.Skip)]
    public void A_stop_that_said_what_the_task_is_afterwards_says_why(TaskState then, StopCause cause) =>
        Assert.That(Read(9, 1, _run, (int)then), Is.EqualTo(new Change.RunStopAsked(new TaskRunId(new JobId(7), 1, 2, 3), cause) { At = StoppedClock.Noon }));

    [TestCase(11, TaskMark.Restart)]
    [TestCase(12, TaskMark.Skip)]
    public void Restarted_and_skipped_tasks_are_marked(int number, TaskMark mark) =>
        Assert.That(Read(number, 1, _block, 2, 5), Is.EqualTo(new Change.TasksMarked(new BlockId(new JobId(7), 1), 2, 5, mark) { At = StoppedClock.Noon }));

    [Test]
    public void A_render_that_registered_has_no_more_than_it_told_of()
    {
        var change = (Change.RenderRegistered)Read(13, 1, 4, "render1", new object[] { "instance", "host", "linux", 8, 16_000, 4000, 2, new object[] { "blender", "nuke" } });

        var offer = new RenderOffer { InstanceId = "instance", HostName = "host", OperatingSystem = "linux", Cores = 8, MemoryMegabytes = 16_000, Capacity = 4000, MaxTasks = 2, Services = ["blender", "nuke"] };
        Assert.That((change.Render, change.Name, change.Offer.IsSameAs(offer)), Is.EqualTo((new RenderId(4), "render1", true)));
    }

    [Test]
    public void A_task_of_a_snapshot_has_no_outcome_and_no_memory_of_its_own() =>
        Assert.That(
            Read(18, 1, new[] { 7, 1, 2 }, 5, 3, 4),
            Is.EqualTo(new Change.TaskRestored(new TaskId(new JobId(7), 1, 2), 5, 3, new RenderId(4), null, 0) { At = StoppedClock.Noon }));

    private static Change Read(int number, int version, params object[] fields)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(3 + fields.Length);
        writer.Write(number);
        writer.Write(version);
        writer.Write(StoppedClock.Noon.UtcTicks);
        foreach (var field in fields) Write(ref writer, field);
        writer.Flush();
        return ChangeCodec.Read(bytes.WrittenMemory);
    }

    private static void Write(ref MessagePackWriter writer, object field)
    {
        switch (field)
        {
            case int number: writer.Write(number); break;
            case string text: writer.Write(Encoding.UTF8.GetBytes(text)); break;
            case System.Collections.ICollection list:
                writer.WriteArrayHeader(list.Count);
                foreach (var item in list) Write(ref writer, item);
                break;
            default: throw new NotSupportedException($"{field.GetType()}");
        }
    }
}
