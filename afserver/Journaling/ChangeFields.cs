using System.Runtime.CompilerServices;
using System.Text;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>Ids, times, states and other fields of changes as they stand in the journal; each is one element of the array.</summary>
internal static class ChangeFields
{
    private const int OfferFields = 13;
    private const int OldOfferFields = 8;
    private const int GrantFields = 10;
    private const int TotalsFields = 3;
    private const int TimesFields = 4;
    private const int PairFields = 2;

    private delegate T FieldReader<out T>(ref MessagePackReader reader);

    public static void Write(this ref MessagePackWriter writer, JobId job) => writer.Write(job.Value);

    public static JobId ReadJobId(this ref MessagePackReader reader) => new(reader.ReadInt32());

    public static void Write(this ref MessagePackWriter writer, JobId? job)
    {
        if (job is { } known) writer.Write(known);
        else writer.WriteNil();
    }

    public static JobId? ReadMaybeJobId(this ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadJobId();

    public static void Write(this ref MessagePackWriter writer, RenderId render) => writer.Write(render.Value);

    public static RenderId ReadRenderId(this ref MessagePackReader reader) => new(reader.ReadInt32());

    public static void Write(this ref MessagePackWriter writer, RenderId? render)
    {
        if (render is { } known) writer.Write(known);
        else writer.WriteNil();
    }

    public static RenderId? ReadMaybeRenderId(this ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadRenderId();

    public static void Write(this ref MessagePackWriter writer, BlockId block)
    {
        writer.WriteArrayHeader(2);
        writer.Write(block.Job);
        writer.Write(block.Block);
    }

    public static BlockId ReadBlockId(this ref MessagePackReader reader)
    {
        reader.Expect(2, "a block's id");
        return new BlockId(reader.ReadJobId(), reader.ReadInt32());
    }

    public static void Write(this ref MessagePackWriter writer, TaskId task)
    {
        writer.WriteArrayHeader(3);
        writer.Write(task.Job);
        writer.Write(task.Block);
        writer.Write(task.Task);
    }

    public static TaskId ReadTaskId(this ref MessagePackReader reader)
    {
        reader.Expect(3, "a task's id");
        return new TaskId(reader.ReadJobId(), reader.ReadInt32(), reader.ReadInt32());
    }

    public static void Write(this ref MessagePackWriter writer, TaskRunId run)
    {
        writer.WriteArrayHeader(4);
        writer.Write(run.Job);
        writer.Write(run.Block);
        writer.Write(run.Task);
        writer.Write(run.Run);
    }

    public static TaskRunId ReadRunId(this ref MessagePackReader reader)
    {
        reader.Expect(4, "a run's id");
        return new TaskRunId(reader.ReadJobId(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    public static void Write(this ref MessagePackWriter writer, DateTimeOffset? time)
    {
        if (time is { } known) writer.Write(known.UtcTicks);
        else writer.WriteNil();
    }

    public static DateTimeOffset? ReadMaybeTime(this ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadTime();

    /// <exception cref="InvalidDataException">No such moment.</exception>
    public static DateTimeOffset ReadTime(this ref MessagePackReader reader)
    {
        var ticks = reader.ReadInt64();
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : throw new InvalidDataException($"{ticks} ticks are not a time.");
    }

    public static void WriteChoice<T>(this ref MessagePackWriter writer, T choice)
        where T : unmanaged, Enum => writer.Write(Unsafe.BitCast<T, int>(choice));

    public static T ReadChoice<T>(this ref MessagePackReader reader)
        where T : unmanaged, Enum
    {
        var choice = Unsafe.BitCast<int, T>(reader.ReadInt32());
        return Enum.IsDefined(choice) ? choice : throw new InvalidDataException($"{choice:D} is not a {typeof(T).Name}.");
    }

    public static void Write(this ref MessagePackWriter writer, RunOutcome? outcome)
    {
        if (outcome is { } known) writer.WriteChoice(known);
        else writer.WriteNil();
    }

    public static RunOutcome? ReadMaybeOutcome(this ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadChoice<RunOutcome>();

    public static void Write(this ref MessagePackWriter writer, RenderOffer offer)
    {
        writer.WriteArrayHeader(OfferFields);
        writer.WriteText(offer.InstanceId);
        writer.WriteText(offer.HostName);
        writer.WriteText(offer.UserName);
        writer.WriteText(offer.OperatingSystem);
        writer.Write(offer.Cores);
        writer.Write(offer.CpuMegahertz);
        writer.Write(offer.MemoryMegabytes);
        writer.Write(offer.DiskGigabytes);
        writer.WriteNumbers(offer.GpuMegabytes);
        writer.WriteTexts(offer.HardwareAddresses);
        writer.Write(offer.Capacity);
        writer.Write(offer.MaxTasks);
        writer.WriteTexts(offer.Services);
    }

    public static RenderOffer ReadOffer(this ref MessagePackReader reader)
    {
        reader.Expect(OfferFields, "a render's offer");
        return new RenderOffer
        {
            InstanceId = reader.ReadText(),
            HostName = reader.ReadText(),
            UserName = reader.ReadText(),
            OperatingSystem = reader.ReadText(),
            Cores = reader.ReadInt32(),
            CpuMegahertz = reader.ReadInt32(),
            MemoryMegabytes = reader.ReadInt32(),
            DiskGigabytes = reader.ReadInt32(),
            GpuMegabytes = reader.ReadNumbers(),
            HardwareAddresses = reader.ReadTexts(),
            Capacity = reader.ReadInt32(),
            MaxTasks = reader.ReadInt32(),
            Services = reader.ReadTexts(),
        };
    }

    /// <summary>As it was before renders told of graphics, disks and addresses.</summary>
    public static RenderOffer ReadOldOffer(this ref MessagePackReader reader)
    {
        reader.Expect(OldOfferFields, "a render's offer");
        return new RenderOffer
        {
            InstanceId = reader.ReadText(),
            HostName = reader.ReadText(),
            OperatingSystem = reader.ReadText(),
            Cores = reader.ReadInt32(),
            MemoryMegabytes = reader.ReadInt32(),
            Capacity = reader.ReadInt32(),
            MaxTasks = reader.ReadInt32(),
            Services = reader.ReadTexts(),
        };
    }

    public static void Write(this ref MessagePackWriter writer, RunGrant grant)
    {
        writer.WriteArrayHeader(GrantFields);
        writer.Write(grant.Capacity);
        writer.Write(grant.Coefficient);
        writer.Write(grant.MemoryMegabytes);
        writer.Write(grant.Cores);
        writer.Write(grant.DiskGigabytes);
        writer.WriteNumbers(grant.Gpus);
        writer.Write(grant.SharedGpu);
        writer.Write(grant.GpuMegabytes);
        writer.WriteArrayHeader(grant.Tickets.Count);
        foreach (var (name, count) in grant.Tickets)
        {
            writer.WriteArrayHeader(PairFields);
            writer.WriteText(name);
            writer.Write(count);
        }

        writer.WriteArrayHeader(grant.Helpers.Count);
        foreach (var helper in grant.Helpers)
            writer.Write(helper);
    }

    public static RunGrant ReadGrant(this ref MessagePackReader reader)
    {
        reader.Expect(GrantFields, "a run's grant");
        return new RunGrant
        {
            Capacity = reader.ReadInt32(),
            Coefficient = reader.ReadInt32(),
            MemoryMegabytes = reader.ReadInt32(),
            Cores = reader.ReadInt32(),
            DiskGigabytes = reader.ReadInt32(),
            Gpus = reader.ReadNumbers(),
            SharedGpu = reader.ReadInt32(),
            GpuMegabytes = reader.ReadInt32(),
            Tickets = reader.ReadList((ref r) =>
            {
                r.Expect(PairFields, "a ticket");
                return (r.ReadText(), r.ReadInt32());
            }),
            Helpers = reader.ReadList((ref r) => r.ReadRenderId()),
        };
    }

    public static void Write(this ref MessagePackWriter writer, IReadOnlyList<(JobId Job, long Order)> orders)
    {
        writer.WriteArrayHeader(orders.Count);
        foreach (var (job, order) in orders)
        {
            writer.WriteArrayHeader(PairFields);
            writer.Write(job);
            writer.Write(order);
        }
    }

    public static (JobId Job, long Order)[] ReadOrders(this ref MessagePackReader reader) => reader.ReadList((ref r) =>
    {
        r.Expect(PairFields, "a job's order");
        return (r.ReadJobId(), r.ReadInt64());
    });

    public static void Write(this ref MessagePackWriter writer, IReadOnlyList<TaskId> tasks)
    {
        writer.WriteArrayHeader(tasks.Count);
        foreach (var task in tasks)
            writer.Write(task);
    }

    public static TaskId[] ReadTaskIds(this ref MessagePackReader reader) => reader.ReadList((ref r) => r.ReadTaskId());

    public static void Write(this ref MessagePackWriter writer, Totals totals)
    {
        writer.WriteArrayHeader(TotalsFields);
        writer.Write(totals.TasksDone);
        writer.Write(totals.Errors);
        writer.Write(totals.RunSeconds);
    }

    public static Totals ReadTotals(this ref MessagePackReader reader)
    {
        reader.Expect(TotalsFields, "totals");
        return new Totals(reader.ReadInt64(), reader.ReadInt64(), reader.ReadDouble());
    }

    public static void Write(this ref MessagePackWriter writer, RunTimes times)
    {
        writer.WriteArrayHeader(TimesFields);
        writer.Write(times.Count);
        writer.Write(times.Sum);
        writer.Write(times.Least);
        writer.Write(times.Most);
    }

    public static RunTimes ReadTimes(this ref MessagePackReader reader)
    {
        reader.Expect(TimesFields, "times of runs");
        return new RunTimes(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }

    /// <summary>A description or settings, as JSON.</summary>
    public static void WriteJson<T>(this ref MessagePackWriter writer, T value) => writer.Write(DescriptionJson.Write(value));

    public static T ReadJson<T>(this ref MessagePackReader reader)
        where T : class => DescriptionJson.Read<T>(reader.ReadBlob());

    /// <summary>
    /// UTF-8 as bytes, not as a string: the reader's limit on strings is made for peers, and what was journaled must be read again
    /// however long it is.
    /// </summary>
    public static void WriteText(this ref MessagePackWriter writer, string text) => writer.Write(Encoding.UTF8.GetBytes(text));

    public static string ReadText(this ref MessagePackReader reader) => Encoding.UTF8.GetString(reader.ReadBlob());

    /// <summary>A view of the record, good as long as the record is.</summary>
    public static ReadOnlySpan<byte> ReadBlob(this ref MessagePackReader reader)
    {
        // A record is one piece of memory, so the first span is all of it.
        return reader.ReadBytes() is { } bytes ? bytes.FirstSpan : throw new InvalidDataException("Nil stands where bytes or a text should.");
    }

    public static void WriteTexts(this ref MessagePackWriter writer, IReadOnlyList<string> texts)
    {
        writer.WriteArrayHeader(texts.Count);
        foreach (var text in texts)
            writer.WriteText(text);
    }

    public static string[] ReadTexts(this ref MessagePackReader reader) => reader.ReadList((ref r) => r.ReadText());

    private static void WriteNumbers(this ref MessagePackWriter writer, IReadOnlyList<int> numbers)
    {
        writer.WriteArrayHeader(numbers.Count);
        foreach (var number in numbers)
            writer.Write(number);
    }

    private static int[] ReadNumbers(this ref MessagePackReader reader) => reader.ReadList((ref r) => r.ReadInt32());

    private static T[] ReadList<T>(this ref MessagePackReader reader, FieldReader<T> read)
    {
        var list = new T[reader.ReadArrayHeader()];
        for (var i = 0; i < list.Length; i++)
            list[i] = read(ref reader);
        return list;
    }

    private static void Expect(this ref MessagePackReader reader, int count, string what)
    {
        var found = reader.ReadArrayHeader();
        if (found != count) throw new InvalidDataException($"{what} has {count} fields, found {found}.");
    }
}
