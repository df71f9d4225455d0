using Afanasy.Model;
using Afanasy.Simulation.Stage;

namespace Afanasy.Simulation.People;

/// <summary>Jobs of all kinds, small enough that a day ends.</summary>
internal sealed class AnyJob(SimulatedFarm farm, Random random)
{
    private static readonly string[] _names = ["a", "b", "c", "d"];
    private static readonly string[] _masks = ["walk", "run|walk", "w.*", "run-1", "fly|nothing"];

    public static readonly string[] Users = ["anna", "bob", "cleo"];

    private JobDescription _job = new();

    public JobDescription Next()
    {
        var isMaintenance = random.OnceIn(15);
        var blocks = isMaintenance ? [Maintenance()] : Enumerable.Range(0, random.Next(1, 4)).Select(number => Block(number)).ToArray();
        _job = new JobDescription
        {
            Name = random.OneOf(["walk", "run", "fly", "swim"]),
            UserName = random.OneOf(Users),
            Branch = random.OneOf(["/", "/", "/film", "/film/shot", "/ad"]),
            Project = random.OnceIn(6) ? "spot" : "",
            Priority = random.OnceIn(20) ? 0 : random.Next(1, 6) * 30,
            Offline = random.OnceIn(12),
            Ppa = random.OnceIn(8),
            Maintenance = isMaintenance,
            IgnoreNimby = random.OnceIn(8),
            IgnorePaused = random.OnceIn(8),
            MaxRunningTasks = random.OnceIn(6) ? random.Next(0, 5) : -1,
            MaxRunningTasksPerHost = random.OnceIn(8) ? random.Next(1, 3) : -1,
            MaxTasksPerSecond = random.OnceIn(8) ? random.Next(1, 3) : -1,
            HostsMask = random.OnceIn(15) ? "r1|r2|r3" : "",
            HostsMaskExclude = random.OnceIn(15) ? "r0" : "",
            NeedOs = random.OnceIn(20) ? "linux" : "",
            NeedMemory = random.OnceIn(12) ? 2048 : -1,
            NeedHdd = random.OnceIn(12) ? 20 : -1,
            TimeWait = random.OnceIn(12) ? farm.Clock.Now.ToUnixTimeSeconds() + random.Next(60) : 0,
            TimeLife = random.OnceIn(15) ? random.Next(60, 600) : -1,
            CommandPre = random.OnceIn(15) ? "prepare" : "",
            CommandPost = random.OnceIn(15) ? "tidy up" : "",
            DependMask = random.OnceIn(8) ? random.OneOf(_masks) : "",
            DependMaskGlobal = random.OnceIn(15) ? random.OneOf(_masks) : "",
            DependJobs = random.OnceIn(3) ? Dependencies() : [],
            Limits = random.OnceIn(10) ? new Dictionary<string, int> { ["lic"] = 1 } : new Dictionary<string, int>(),
            Preempts = !farm.IsStrict && random.OnceIn(10),
            PreemptionGrace = random.Next(3),
            Blocks = random.OnceIn(2) ? blocks : [.. blocks.Reverse()],
        };
        return JobProblems.Of(_job).Count == 0 ? _job : _job with { Blocks = [new BlockDescription { Name = "plain", Command = "render @#@", Flags = BlockTraits.Numeric, FrameLast = 5, Capacity = 300 }] };
    }

    public BlockDescription Block(int number)
    {
        var isNumeric = random.Next(3) > 0;
        var isWide = random.OnceIn(14);
        var waits = number > 0 && random.OnceIn(2) ? string.Join('|', _names.Take(random.Next(1, number + 1))) : "";
        var block = new BlockDescription
        {
            Name = _names[number % _names.Length],
            Command = "render @#@",
            Flags = (isNumeric ? BlockTraits.Numeric : 0) | (random.OnceIn(5) ? BlockTraits.DependSubTask : 0) | (random.OnceIn(16) ? BlockTraits.SuspendNewTasks : 0) | (random.OnceIn(3) ? BlockTraits.SlaveLostIgnore : 0),
            FrameFirst = random.Next(-3, 3),
            FrameLast = random.Next(4, 14),
            FramesPerTask = isNumeric ? random.Next(1, 4) : random.OnceIn(3) ? -2 : 1,
            FramesInc = random.Next(1, 3),
            Sequential = random.OneOf([1L, 1, 1, -1, 0, 3, -4]),
            Capacity = random.OnceIn(6) ? random.Next(10, 25) * 200 : random.Next(1, 8) * 100,
            Service = random.OnceIn(4) ? "nuke" : "generic",
            MaxRunningTasks = random.OnceIn(8) ? random.Next(0, 4) : -1,
            MaxRunningTasksPerHost = random.OnceIn(8) ? random.Next(1, 3) : -1,
            ErrorsRetries = random.Next(-1, 4),
            ErrorsAvoidHost = random.Next(-1, 3),
            ErrorsTaskSameHost = random.Next(-1, 3),
            ErrorsForgiveTime = random.OnceIn(3) ? random.Next(5, 30) : -1,
            TaskMaxRunTime = random.OnceIn(10) ? random.Next(3, 20) : 0,
            TaskMinRunTime = random.OnceIn(12) ? 3 : 0,
            TaskProgressChangeTimeout = random.OnceIn(12) ? random.Next(3, 20) : -1,
            DependMask = random.OnceIn(3) ? waits : "",
            TasksDependMask = random.OnceIn(2) ? waits : "",
            Tasks = isNumeric ? [] : [.. Enumerable.Range(0, random.Next(2, 8)).Select(task => Task(task, number))],
        };
        block = WithNeeds(block);
        if (random.OnceIn(8)) block = block with { Flags = block.Flags | BlockTraits.VarCapacity, CapacityCoeffMin = 1, CapacityCoeffMax = random.Next(1, 5) };
        return isWide ? block with { Flags = block.Flags | BlockTraits.Multihost, MultihostMin = random.Next(1, 3), MultihostMax = random.Next(2, 4), MultihostMaxWait = random.Next(4) } : block;
    }

    public TaskDescription Task(int number, int block) => new()
    {
        Command = "do it",
        DependsOn = number > 0 && random.OnceIn(4) ? [$"{random.Next(number)}"] : block > 0 && random.OnceIn(8) ? [$"{_names[random.Next(block)]}:0"] : [],
    };

    private BlockDescription WithNeeds(BlockDescription block) => block with
    {
        NeedMemory = random.OnceIn(5) ? random.Next(1, 12) * 1024 : -1,
        NeedCpuCores = random.OnceIn(5) ? random.Next(1, 9) : -1,
        NeedHdd = random.OnceIn(10) ? random.Next(10, 60) : -1,
        NeedGpus = random.OnceIn(8) ? random.Next(1, 3) : -1,
        NeedGpuMemMb = random.OnceIn(7) ? random.Next(1, 5) * 1024 : -1,
        NeedCpuFreqMgz = random.OnceIn(15) ? 3000 : -1,
        NeedPower = random.OnceIn(20) ? 5 : -1,
        NeedProperties = random.OnceIn(20) ? "fast" : "",
        HostsMask = random.OnceIn(20) ? "r" : "",
        Tickets = random.OnceIn(4) ? new Dictionary<string, int> { [random.OneOf(["lic", "plug"])] = random.Next(1, 3) } : new Dictionary<string, int>(),
    };

    private BlockDescription Maintenance() => new()
    {
        Name = "a",
        Tasks = [.. Enumerable.Range(0, random.Next(1, 5)).Select(number => new TaskDescription { Name = $"r{number}", Command = "update" })],
        Capacity = 100,
    };

    private List<JobDependency> Dependencies() =>
        [.. farm.Farm.Jobs.Keys.Order().Where(_ => random.OnceIn(4)).Select(id => new JobDependency { Job = $"{id.Value}", Frames = random.OnceIn(2), Offset = random.Next(-2, 3), On = random.OneOf([DependOutcome.Done, DependOutcome.Done, DependOutcome.Any, DependOutcome.Failed]) })];
}
