using System.Buffers;
using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Wire;
using Afanasy.Wire;

namespace Afanasy.Tests.Messages;

/// <summary>One message of each type with everything filled in; compared as JSON, which shows every property.</summary>
public sealed class MessageSample
{
    private readonly Func<ReadOnlySequence<byte>, (object Message, long Unread)> _read;

    private MessageSample(MessageType type, object message, byte[] bytes, Func<ReadOnlySequence<byte>, (object Message, long Unread)> read)
    {
        Type = type;
        Message = message;
        Bytes = bytes;
        _read = read;
    }

    public static IEnumerable<MessageSample> All => Made(new Random(1));

    public MessageType Type { get; }
    public object Message { get; }
    public byte[] Bytes { get; }
    public string Json => ToJson(Message);

    public static IEnumerable<MessageSample> Made(Random random) =>
    [
        Of(new Hello { Role = PeerRole.Render, Name = Text(random), Version = Text(random), Credential = Text(random) }),
        Of(new Welcome { Version = Text(random) }),
        Of(new Refusal { Reason = Text(random), StandsBy = random.Next(2) == 0 }),
        Of(Register(random)),
        Of(new RenderRegistered
        {
            RenderId = Number(random),
            HeartbeatMilliseconds = Number(random),
            SilenceMaxMilliseconds = Number(random),
            Verdicts = Many(random, () => new HeldVerdict(Run(random), random.Next(2) == 0, random.NextInt64())),
            MeasureEvery = Number(random),
        }),
        Of(Report(random)),
        Of(new RenderOrders
        {
            Starts = Many(random, () => Start(random)),
            Stops = Many(random, () => Run(random)),
            Drops = Many(random, () => Run(random)),
            Closed = Many(random, () => new RunClosed { Run = Run(random), Refusal = Text(random) }),
            LogLevels = Text(random),
            Instruction = (RenderInstruction)random.Next(1, Enum.GetValues<RenderInstruction>().Length),
            Command = Text(random),
            HeartbeatMilliseconds = Number(random),
            MeasureEvery = Number(random),
        }),
        Of(new RunOutput { Run = Run(random), Offset = random.NextInt64(), Bytes = MessagePackValues.RandomBytes(random, random.Next(1, 50)) }),
    ];

    public static MessageSample Of<T>(T message)
        where T : IMessage<T>
    {
        var bytes = MessagePackValues.Written(output =>
        {
            var writer = new MessagePackWriter(output);
            message.Write(ref writer);
            writer.Flush();
        });
        return new MessageSample(T.Type, message, bytes, body => Read<T>(body));
    }

    public object Read(ReadOnlySequence<byte> body) => _read(body).Message;

    /// <summary>What was read, which must be the whole body.</summary>
    public string ReadJson(ReadOnlySequence<byte> body)
    {
        var (message, unread) = _read(body);
        Assert.That(unread, Is.Zero, $"{Type} left bytes unread.");
        return ToJson(message);
    }

    public static (T Message, long Unread) Read<T>(ReadOnlySequence<byte> body)
        where T : IMessage<T>
    {
        var reader = new MessagePackReader(body);
        var message = T.Read(ref reader);
        return (message, body.Length - reader.Consumed);
    }

    public override string ToString() => $"{Type}";

    private static string ToJson(object message) => JsonSerializer.Serialize(message, message.GetType());

    private static RenderRegister Register(Random random) => new()
    {
        InstanceId = Text(random),
        HostName = Text(random),
        OperatingSystem = Text(random),
        Cores = Number(random),
        MemoryMegabytes = Number(random),
        Capacity = Number(random),
        MaxTasks = Number(random),
        Services = Many(random, () => Text(random)),
        Held = Many(random, () => new HeldRun(Run(random), random.Next(2) == 0)),
        UserName = Text(random),
        CpuMegahertz = Number(random),
        DiskGigabytes = Number(random),
        GpuMegabytes = Many(random, () => Number(random)),
        HardwareAddresses = Many(random, () => Text(random)),
        AliveMilliseconds = random.NextInt64(),
    };

    private static RenderReport Report(Random random) => new()
    {
        Load = new MachineLoad
        {
            CpuPercent = Number(random),
            LoadAverage = random.NextDouble(),
            MemoryTotalMegabytes = Number(random),
            MemoryFreeMegabytes = Number(random),
            SwapTotalMegabytes = Number(random),
            SwapUsedMegabytes = Number(random),
            DiskTotalGigabytes = Number(random),
            DiskFreeGigabytes = Number(random),
            NetReceiveKilobytesPerSecond = Number(random),
            NetSendKilobytesPerSecond = Number(random),
        },
        Progress = Many(random, () => new RunProgress { Run = Run(random), Percent = Number(random), Frame = random.NextInt64(), Activity = Text(random) }),
        Ended = Many(random, () => new RunEnd
        {
            Run = Run(random),
            Outcome = random.GetItems(Enum.GetValues<RunOutcome>(), 1)[0],
            ExitCode = -Number(random),
            Reason = Text(random),
            ElapsedMilliseconds = Number(random),
        }),
        Leaving = true,
    };

    private static RunStart Start(Random random) => new()
    {
        Run = Run(random),
        JobName = Text(random),
        BlockName = Text(random),
        TaskName = Text(random),
        UserName = Text(random),
        Service = Text(random),
        Command = Text(random),
        WorkingDirectory = Text(random),
        Environment = Many(random, () => Text(random)).Distinct().ToDictionary(key => key, _ => Text(random)),
        Files = Many(random, () => Text(random)),
        FrameFirst = -random.NextInt64(),
        FrameLast = random.NextInt64(),
        FramesInc = random.NextInt64(2, 10),
        Capacity = Number(random),
        MemoryMegabytes = Number(random),
        Gpus = Many(random, () => Number(random)),
        CapacityCoefficient = Number(random),
        Hosts = Many(random, () => Text(random)),
        Parser = Text(random),
        ParserCoeff = 1 + Number(random) / 2,
        BlockFlags = random.NextInt64(),
        FileSizeMin = random.NextInt64(),
        FileSizeMax = random.NextInt64(),
        CommandPre = Text(random),
        CommandPost = Text(random),
        CustomData = Text(random),
        TaskMaxRunTime = Number(random),
    };

    private static T[] Many<T>(Random random, Func<T> make) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => make())];

    private static TaskRunId Run(Random random) => new(new JobId(Number(random)), Number(random), Number(random), Number(random));

    private static int Number(Random random) => 1 + (random.Next() >> random.Next(31));

    private static string Text(Random random) => MessagePackValues.RandomString(random, random.Next(1, 16));
}
