using System.Text;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>Ids, times, states and other fields of changes as they stand in the journal; each is one element of the array.</summary>
internal static class ChangeFields
{
    private const int OfferFields = 8;

    public static void Write(this ref MessagePackWriter writer, JobId job) => writer.Write(job.Value);

    public static JobId ReadJobId(this ref MessagePackReader reader) => new(reader.ReadInt32());

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

    public static void Write(this ref MessagePackWriter writer, TaskState state) => writer.Write((int)state);

    public static TaskState ReadTaskState(this ref MessagePackReader reader)
    {
        var state = (TaskState)reader.ReadInt32();
        return Enum.IsDefined(state) ? state : throw new InvalidDataException($"{(int)state} is not a task state.");
    }

    public static void Write(this ref MessagePackWriter writer, RunOutcome outcome) => writer.Write((int)outcome);

    public static RunOutcome ReadOutcome(this ref MessagePackReader reader)
    {
        var outcome = (RunOutcome)reader.ReadInt32();
        return Enum.IsDefined(outcome) ? outcome : throw new InvalidDataException($"{(int)outcome} is not a run outcome.");
    }

    public static void Write(this ref MessagePackWriter writer, RenderOffer offer)
    {
        writer.WriteArrayHeader(OfferFields);
        writer.WriteText(offer.InstanceId);
        writer.WriteText(offer.HostName);
        writer.WriteText(offer.OperatingSystem);
        writer.Write(offer.Cores);
        writer.Write(offer.MemoryMegabytes);
        writer.Write(offer.Capacity);
        writer.Write(offer.MaxTasks);
        writer.WriteArrayHeader(offer.Services.Count);
        foreach (var service in offer.Services)
            writer.WriteText(service);
    }

    public static RenderOffer ReadOffer(this ref MessagePackReader reader)
    {
        reader.Expect(OfferFields, "a render's offer");
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

    private static string[] ReadTexts(this ref MessagePackReader reader)
    {
        var texts = new string[reader.ReadArrayHeader()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.ReadText();
        return texts;
    }

    private static void Expect(this ref MessagePackReader reader, int count, string what)
    {
        var found = reader.ReadArrayHeader();
        if (found != count) throw new InvalidDataException($"{what} has {count} fields, found {found}.");
    }
}
