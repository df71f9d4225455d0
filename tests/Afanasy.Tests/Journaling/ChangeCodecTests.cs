using System.Buffers;
using System.Text;
using System.Text.Json;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

public sealed class ChangeCodecTests
{
    /// <summary>Seeds so far apart meet every value of an enum at every field.</summary>
    private const int Prime = 1009;

    private static IEnumerable<Type> Cases => SampleChanges.Cases;

    [TestCaseSource(nameof(Cases))]
    public void Every_case_comes_back_as_it_was(Type type)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var change = SampleChanges.Make(type, seed * Prime);

            var back = ChangeCodec.Read(ChangeCodec.Write(change));

            Assert.That(SampleChanges.Text(back), Is.EqualTo(SampleChanges.Text(change)));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void A_record_that_ends_early_or_late_is_refused(Type type)
    {
        var record = ChangeCodec.Write(SampleChanges.Make(type, 1));

        for (var length = 0; length < record.Length; length++)
            Assert.That(() => ChangeCodec.Read(new ReadOnlyMemory<byte>(record, 0, length)), Throws.TypeOf<InvalidDataException>(), $"cut at {length} of {record.Length}");
        Assert.That(() => ChangeCodec.Read(record.Append((byte)0).ToArray()), Throws.TypeOf<InvalidDataException>());
    }

    [TestCaseSource(nameof(Cases))]
    public void A_record_with_any_byte_changed_is_read_or_refused(Type type)
    {
        var record = ChangeCodec.Write(SampleChanges.Make(type, 1));

        for (var i = 0; i < record.Length; i++)
        {
            for (var flip = 1; flip < 256; flip <<= 1)
            {
                var copy = record.ToArray();
                copy[i] ^= (byte)flip;
                try
                {
                    _ = ChangeCodec.Read(copy);
                }
                catch (InvalidDataException e)
                {
                    Assert.That(e.Message, Is.Not.Empty);
                }
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Samples_differ_from_the_defaults_in_every_field(Type type)
    {
        var usual = new Dictionary<Type, object>();
        var same = Enumerable.Range(0, 5).Select(seed => Unchanged(SampleChanges.Make(type, seed * Prime), type.Name)).Aggregate((some, others) => some.Intersect(others).ToList());

        Assert.That(same, Is.Empty);

        List<string> Unchanged(object record, string path)
        {
            var found = new List<string>();
            foreach (var property in record.GetType().GetProperties().Where(property => property.CanWrite && property.PropertyType != typeof(DateTimeOffset)))
            {
                var value = property.GetValue(record)!;   // samples leave nothing out
                if (value is System.Collections.IEnumerable and not string)
                {
                    if (value is System.Collections.ICollection { Count: 0 }) found.Add($"{path}.{property.Name}");
                    else if (value is Array list && list.GetValue(0) is { } first && first.GetType().Namespace == typeof(JobDescription).Namespace) found.AddRange(Unchanged(first, $"{path}.{property.Name}"));
                }
                else if (property.PropertyType.Namespace == typeof(JobDescription).Namespace && property.PropertyType.IsClass)
                {
                    found.AddRange(Unchanged(value, $"{path}.{property.Name}"));
                }
                else if (record.GetType().GetConstructor([]) is { } constructor)
                {
                    if (!usual.TryGetValue(record.GetType(), out var defaults)) usual.Add(record.GetType(), defaults = constructor.Invoke([]));
                    if (Equals(property.GetValue(defaults), value)) found.Add($"{path}.{property.Name}");
                }
            }

            return found;
        }
    }

    [Test]
    public void Nothing_where_nothing_is_known_comes_back()
    {
        Change[] changes =
        [
            new Change.JobTimesRestored(new JobId(1), null, null) { At = StoppedClock.Noon },
            new Change.TaskRestored(new TaskId(new JobId(1), 0, 2), 0, 0, null, null, 0) { At = StoppedClock.Noon },
            new Change.RenderRegistered(new RenderId(1), "", new RenderOffer()) { At = DateTimeOffset.MinValue },
            new Change.RunStarted(new TaskRunId(new JobId(1), 0, 0, 1), new RenderId(1)) { At = StoppedClock.Noon },
            new Change.ErrorHostsForgotten(new BlockId(new JobId(1), 0), null) { At = StoppedClock.Noon },
            new Change.BlockRestored(new BlockId(new JobId(1), 0), null, default) { At = StoppedClock.Noon },
            new Change.ShareRestored(ShareOwner.Branch, "/", "", null, 0, 0, default) { At = StoppedClock.Noon },
            new Change.TryNextSet(new JobId(1), []) { At = StoppedClock.Noon },
            new Change.JobsOrdered([]) { At = StoppedClock.Noon },
            new Change.RenderHealthRestored(new RenderId(1), [], false) { At = StoppedClock.Noon },
            new Change.UserSet("anna", new UserSettings()) { At = StoppedClock.Noon },
            new Change.PoolSet("/", PoolSettings.Root) { At = StoppedClock.Noon },
            new Change.RunEnded(new TaskRunId(new JobId(int.MaxValue), 0, 0, 1), RunOutcome.Failed, int.MinValue, "") { At = DateTimeOffset.MaxValue.ToUniversalTime() },
        ];

        var back = changes.Select(c => ChangeCodec.Read(ChangeCodec.Write(c)));

        Assert.That(back.Select(SampleChanges.Text), Is.EqualTo(changes.Select(SampleChanges.Text)));
    }

    [Test]
    public void A_time_of_another_zone_is_kept_as_the_same_moment()
    {
        var change = new Change.JobPaused(new JobId(1)) { At = new DateTimeOffset(2026, 1, 1, 14, 0, 0, TimeSpan.FromHours(2)) };

        var back = ChangeCodec.Read(ChangeCodec.Write(change));

        Assert.That(back.At, Is.EqualTo(StoppedClock.Noon));
        Assert.That(back.At.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_text_that_no_packet_would_carry_is_still_read()
    {
        var change = new Change.UserDeleted(new string('x', 4 * WireLimits.StringBytesMax)) { At = StoppedClock.Noon };

        Assert.That(ChangeCodec.Read(ChangeCodec.Write(change)), Is.EqualTo(change));
    }

    [Test]
    public void A_number_that_is_not_known_is_refused_with_the_number() =>
        Assert.That(() => ChangeCodec.Read(Record(9999, 1)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("9999"));

    [Test]
    public void A_version_that_is_not_known_is_refused_with_the_version() =>
        Assert.That(() => ChangeCodec.Read(Record(3, 42)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("version 42 of JobPaused"));

    [Test]
    public void Zero_and_empty_values_of_a_description_are_kept_apart_from_its_defaults()
    {
        var description = new JobDescription
        {
            Priority = 0,
            MaxRunningTasks = 0,
            Branch = "",
            Blocks = [new BlockDescription { Name = "", Service = "", FramesPerTask = 0, FramesInc = 0, Capacity = 0, ErrorsRetries = 0, MaxRunningTasks = 0 }],
        };

        var back = DescriptionJson.Read<JobDescription>(DescriptionJson.Write(description));

        Assert.That((back.Priority, back.MaxRunningTasks, back.Branch), Is.EqualTo((0, 0, "")));
        Assert.That(DescriptionJson.Write(back), Is.EqualTo(DescriptionJson.Write(description)));
        Assert.That((back.Blocks[0].Name, back.Blocks[0].FramesInc, back.Blocks[0].Capacity, back.Blocks[0].ErrorsRetries), Is.EqualTo(("", 0L, 0, 0)));
    }

    [Test]
    public void A_description_is_kept_as_the_job_format_without_its_defaults()
    {
        var description = new JobDescription { Name = "Größe", UserName = "anna", Blocks = [new BlockDescription { Name = "render", FrameLast = 5 }] };

        var json = Encoding.UTF8.GetString(DescriptionJson.Write(description));

        Assert.That(json, Is.EqualTo("""{"name":"Größe","user_name":"anna","blocks":[{"name":"render","frame_last":5}]}"""));
    }

    [Test]
    public void Members_of_a_description_that_are_not_known_are_passed_over()
    {
        var back = DescriptionJson.Read<JobDescription>("""{"name":"n","of_tomorrow":[1,{"a":2}],"blocks":[{"new":true}]}"""u8);

        Assert.That(JsonSerializer.Serialize(back), Is.EqualTo(JsonSerializer.Serialize(new JobDescription { Name = "n", Blocks = [new BlockDescription()] })));
    }

    private static byte[] Record(int number, int version)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(4);
        writer.Write(number);
        writer.Write(version);
        writer.Write(0L);
        writer.Write(1);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
