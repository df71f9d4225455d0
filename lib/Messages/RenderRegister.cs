using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Messages;

/// <summary>A run that the render still has: its process lives, or its end was not yet acknowledged.</summary>
public readonly record struct HeldRun(TaskRunId Run, bool Ended)
{
    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        Elements.WriteRun(ref writer, Run);
        writer.Write(Ended);
    }

    internal static HeldRun Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A held run", required: 2);
        var heldRun = new HeldRun(reader.NextRun(ref left), reader.NextBoolean(ref left));
        reader.SkipElements(left);
        return heldRun;
    }
}

/// <summary>What a render is and still holds; sent once per connection, after Hello. Answered by <see cref="RenderRegistered"/> or <see cref="Refusal"/>.</summary>
public sealed record RenderRegister : IMessage<RenderRegister>
{
    /// <summary>Kept in the render's data folder: the same agent after a restart has the same one, another agent of the same name has not.</summary>
    public required string InstanceId { get; init; }

    public string HostName { get; init; } = "";
    public string OperatingSystem { get; init; } = "";
    public int Cores { get; init; }
    public int MemoryMegabytes { get; init; }
    public int Capacity { get; init; }

    /// <summary>Runs at a time; 0 is no limit but the capacity.</summary>
    public int MaxTasks { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];
    public IReadOnlyList<HeldRun> Held { get; init; } = [];

    /// <summary>The login under which the agent runs; whose workstation it is.</summary>
    public string UserName { get; init; } = "";

    public int CpuMegahertz { get; init; }

    /// <summary>Free on the disk of the render's data folder when the agent started; 0 is unknown.</summary>
    public int DiskGigabytes { get; init; }

    /// <summary>Memory of each graphics device, by the device's number.</summary>
    public IReadOnlyList<int> GpuMegabytes { get; init; } = [];

    /// <summary>Of the network cards, to wake the machine; as 00:1A:2B:3C:4D:5E.</summary>
    public IReadOnlyList<string> HardwareAddresses { get; init; } = [];

    /// <summary>How long this agent's process has run, by a clock that nobody sets: what was ordered within this time and is not held never arrived. 0 is unknown.</summary>
    public long AliveMilliseconds { get; init; }

    public static MessageType Type => MessageType.RenderRegister;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(15);
        writer.Write(InstanceId);
        writer.Write(HostName);
        writer.Write(OperatingSystem);
        writer.Write(Cores);
        writer.Write(MemoryMegabytes);
        writer.Write(Capacity);
        writer.Write(MaxTasks);
        writer.WriteList(Services, Elements.WriteText);
        writer.WriteList(Held, static (ref MessagePackWriter w, HeldRun element) => element.Write(ref w));
        writer.Write(UserName);
        writer.Write(CpuMegahertz);
        writer.Write(DiskGigabytes);
        writer.WriteList(GpuMegabytes, Elements.WriteNumber);
        writer.WriteList(HardwareAddresses, Elements.WriteText);
        writer.Write(AliveMilliseconds);
    }

    public static RenderRegister Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("RenderRegister", required: 1);
        var renderRegister = new RenderRegister
        {
            InstanceId = reader.NextName(ref left),
            HostName = reader.NextName(ref left),
            OperatingSystem = reader.NextName(ref left),
            Cores = reader.NextInt32(ref left),
            MemoryMegabytes = reader.NextInt32(ref left),
            Capacity = reader.NextInt32(ref left),
            MaxTasks = reader.NextInt32(ref left),
            Services = reader.NextList(ref left, Elements.ReadName),
            Held = reader.NextList(ref left, HeldRun.Read),
            UserName = reader.NextName(ref left),
            CpuMegahertz = reader.NextInt32(ref left),
            DiskGigabytes = reader.NextInt32(ref left),
            GpuMegabytes = reader.NextList(ref left, Elements.ReadNumber),
            HardwareAddresses = reader.NextList(ref left, Elements.ReadName),
            AliveMilliseconds = reader.NextInt64(ref left),
        };
        reader.SkipElements(left);
        return renderRegister;
    }
}

/// <summary>What the server says of a held run: keep it (and send output from this byte on), or drop it: kill and forget without a report.</summary>
public readonly record struct HeldVerdict(TaskRunId Run, bool Keep, long OutputBytes)
{
    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        Elements.WriteRun(ref writer, Run);
        writer.Write(Keep);
        writer.Write(OutputBytes);
    }

    internal static HeldVerdict Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A verdict", required: 3);
        var heldVerdict = new HeldVerdict(reader.NextRun(ref left), reader.NextBoolean(ref left), reader.NextInt64(ref left));
        reader.SkipElements(left);
        return heldVerdict;
    }
}

/// <summary>The render is in the farm; it heartbeats from now on.</summary>
public sealed record RenderRegistered : IMessage<RenderRegistered>
{
    public int RenderId { get; init; }

    /// <summary>How often the render speaks when nothing happens.</summary>
    public int HeartbeatMilliseconds { get; init; }

    /// <summary>A server that is silent this long is taken for lost, and a render too.</summary>
    public int SilenceMaxMilliseconds { get; init; }

    /// <summary>One for each held run, in any order.</summary>
    public IReadOnlyList<HeldVerdict> Verdicts { get; init; } = [];

    /// <summary>How many heartbeats lie between two measurements of the machine; 0 is the render's own.</summary>
    public int MeasureEvery { get; init; }

    public static MessageType Type => MessageType.RenderRegistered;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write(RenderId);
        writer.Write(HeartbeatMilliseconds);
        writer.Write(SilenceMaxMilliseconds);
        writer.WriteList(Verdicts, static (ref MessagePackWriter w, HeldVerdict element) => element.Write(ref w));
        writer.Write(MeasureEvery);
    }

    public static RenderRegistered Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("RenderRegistered", required: 0);
        var renderRegistered = new RenderRegistered
        {
            RenderId = reader.NextInt32(ref left),
            HeartbeatMilliseconds = reader.NextInt32(ref left),
            SilenceMaxMilliseconds = reader.NextInt32(ref left),
            Verdicts = reader.NextList(ref left, HeldVerdict.Read),
            MeasureEvery = reader.NextInt32(ref left),
        };
        reader.SkipElements(left);
        return renderRegistered;
    }
}
