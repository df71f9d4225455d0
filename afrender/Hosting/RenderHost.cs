using Afanasy.Logging;
using Afanasy.Model;
using AfRender.Agent;
using AfRender.Link;
using AfRender.Machine;
using AfRender.Processes;
using Microsoft.Extensions.Logging;

namespace AfRender.Hosting;

/// <summary>How an agent is told to end.</summary>
/// <param name="Stop">Ends runs, tells the server, and ends.</param>
/// <param name="StopAtOnce">Ends runs, without a word.</param>
/// <param name="HandOver">Ends at once, and leaves the runs to the next start.</param>
internal sealed record HostStops(CancellationToken Stop, CancellationToken StopAtOnce, CancellationToken HandOver);

/// <summary>Puts an agent together and runs it until it is told to end; unless its runs are for the next one, it leaves no process behind.</summary>
internal sealed partial class RenderHost
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int WrongSettings = 2;
    public const int Locked = 3;

    /// <summary>A stop takes less than 5 s: this for the runs to end and for the server to hear of it, the rest to kill.</summary>
    private static readonly TimeSpan _leaveMax = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan _leaveAtOnceMax = TimeSpan.FromSeconds(0.7);

    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>A second: what lives longer after it was killed waits for a disk.</summary>
    private const int KillRoundsMax = 50;

    private readonly AgentSettings _settings;
    private readonly RenderFolder _folder;
    private readonly IReadOnlyDictionary<string, ServiceDescription> _services;
    private readonly TextWriter _output;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly IProcessTree _tree = ProcessTrees.OfThisMachine();
    private readonly ILoggerFactory _loggers;
    private readonly LogLevels _levels;
    private readonly ILogger<RenderHost> _logger;
    private readonly TaskCompletionSource _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReady;

    private RenderHost(
        AgentSettings settings,
        RenderFolder folder,
        IReadOnlyDictionary<string, ServiceDescription> services,
        TextWriter output,
        ILoggerFactory loggers,
        LogLevels levels)
    {
        _settings = settings;
        _folder = folder;
        _services = services;
        _output = output;
        _loggers = loggers;
        _levels = levels;
        _logger = loggers.CreateLogger<RenderHost>();
    }

    /// <summary>Runs to the end; gives the exit code. What speaks against a start is said on <paramref name="errors"/>.</summary>
    /// <param name="servicesFolder">Where the service files are.</param>
    public static async Task<int> RunAsync(AgentSettings settings, string servicesFolder, TextWriter output, TextWriter errors, HostStops stops)
    {
        var catalog = ServiceFiles.Read(servicesFolder);
        foreach (var problem in catalog.Problems) await errors.WriteLineAsync($"afrender: {problem}");
        if (catalog.Problems.Count > 0) return WrongSettings;

        try
        {
            using var folder = RenderFolder.Open(settings.Folder);
            return await RunInFolderAsync(settings, folder, catalog.Services, output, stops);
        }
        catch (RenderFolderException e)
        {
            await errors.WriteLineAsync($"afrender: {e.Message}");
            return e.IsLocked ? Locked : Failed;
        }
    }

    private static async Task<int> RunInFolderAsync(
        AgentSettings settings,
        RenderFolder folder,
        IReadOnlyDictionary<string, ServiceDescription> services,
        TextWriter output,
        HostStops stops)
    {
        LogLevels? levels = null;
        var options = new LogOptions
        {
            Program = "afrender",
            Level = settings.LogLevel,
            Format = settings.LogFormat,
            DataFolder = settings.Folder,
        };
        using var loggers = LoggerFactory.Create(builder => levels = LogSetup.Configure(builder, options, typeof(RenderHost).Assembly));
        return await new RenderHost(settings, folder, services, output, loggers, levels!).RunAsync(stops);   // Create has called it
    }

    private async Task<int> RunAsync(HostStops stops)
    {
        var sender = new WakeUp();
        var starter = NewStarter(sender);
        var adopted = await TakeKeptAsync(starter);
        var devices = _settings.GpuMegabytes() ?? await GraphicsDevices.AskAsync(GraphicsDevices.Program, _time, stops.Stop);

        var agent = NewAgent(sender, starter);
        agent.Adopt(adopted);
        using var unlink = new CancellationTokenSource();
        var running = agent.RunAsync();
        var linked = NewLink(agent, sender, devices).RunAsync(unlink.Token);
        var isHandedOver = false;
        try
        {
            var stopped = Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, stops.Stop), _exit.Task);
            var handOver = Task.Delay(Timeout.InfiniteTimeSpan, stops.HandOver);
            var first = await Task.WhenAny(handOver, stopped, running, linked);
            isHandedOver = first == handOver;
            if (isHandedOver) HandOver();
            else if (first == stopped) await LeaveAsync(agent, running, stops.StopAtOnce);
            else LogBroken((running.Exception ?? linked.Exception)?.GetBaseException());
        }
        finally
        {
            await unlink.CancelAsync();
            if (!isHandedOver) await EndLeftoversAsync(spared: []);
        }

        await linked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return running.IsFaulted || linked.IsFaulted || stops.StopAtOnce.IsCancellationRequested ? Failed : Fine;
    }

    /// <summary>Goes on with what a predecessor has left, and ends the rest of it.</summary>
    private async Task<IReadOnlyList<HeldTaskRun>> TakeKeptAsync(RunStarter starter)
    {
        try
        {
            var kept = new KeptRuns(_folder.RunsFolder, starter, _loggers.CreateLogger<KeptRuns>());
            var taken = kept.Take();
            await EndLeftoversAsync(spared: [.. taken.Where(run => run.Process is { IsAdopted: true }).Select(run => run.Run)]);
            kept.RemoveLost();
            return taken;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RenderFolder.Unusable(_settings.Folder, e);
        }
    }

    private void HandOver()
    {
        LogHandedOver(_settings.Name);
        _folder.KeepToTheEnd();
    }

    private async Task LeaveAsync(RenderAgent agent, Task running, CancellationToken stopAtOnce)
    {
        LogLeaving(_settings.Name);
        await agent.TellAsync(new AgentEvent.Leave(), CancellationToken.None);
        await running.WaitAsync(_leaveMax, _time, stopAtOnce).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted) return;

        await agent.TellAsync(new AgentEvent.LeaveAtOnce(), CancellationToken.None);
        await running.WaitAsync(_leaveAtOnceMax, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends whatever runs under this agent's mark: of a predecessor that was killed, or of this one when it goes.</summary>
    /// <param name="spared">The runs that go on.</param>
    private async Task EndLeftoversAsync(IReadOnlyList<TaskRunId> spared)
    {
        for (var round = 0; round < KillRoundsMax; round++)
        {
            // In this order: a process that a spared run makes meanwhile is in the second list, if in any.
            var all = _tree.Members(new RunMark(_folder.InstanceId, Run: null, RootProcess: 0));
            var going = spared.SelectMany(run => _tree.Members(new RunMark(_folder.InstanceId, run, RootProcess: 0))).ToHashSet();
            var left = all.Where(process => !going.Contains(process)).ToList();
            if (left.Count == 0) return;
            if (round == 0) LogLeftovers(left.Count);
            _tree.Kill(left);
            await Task.Delay(_lookAgain, _time, CancellationToken.None);
        }
    }

    private RunStarter NewStarter(WakeUp sender)
    {
        var shell = new ShellCommand(_settings.Name, _folder.InstanceId);
        var processes = new TaskProcessContext(shell, _tree, _folder.InstanceId, _time, _loggers.CreateLogger<TaskProcess>(), CanKeepRuns());
        return new RunStarter(_folder.RunsFolder, _services, new SpoolLimits(), sender, processes);
    }

    /// <summary>Some network mounts have no named pipes; it is said once, not with each run.</summary>
    private bool CanKeepRuns()
    {
        if (!OperatingSystem.IsLinux()) return false;
        var trial = _folder.RunsFolder + ".trial";
        try
        {
            File.Delete(trial);
            using (Fifo.Open(trial, isNew: true)) File.Delete(trial);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogKeepsNoRuns(e.Message);
            return false;
        }
    }

    private RenderAgent NewAgent(WakeUp sender, RunStarter starter)
    {
        var instructions = new Instructions(_settings, () => _exit.TrySetResult(), _loggers.CreateLogger<Instructions>());
        return new RenderAgent(starter, _time, sender, SetLogLevels, instructions.Obey, _loggers.CreateLogger<RenderAgent>());
    }

    private ServerLink NewLink(RenderAgent agent, WakeUp sender, IReadOnlyList<int> devices)
    {
        var identity = new RenderIdentity
        {
            Name = _settings.Name,
            InstanceId = _folder.InstanceId,
            Version = ProgramVersion.Text,
            JoinKey = _settings.JoinKey,
            Capacity = _settings.Capacity,
            MaxTasks = _settings.MaxTasks,
            Services = Offered(),
            GpuMegabytes = devices,
        };
        var gauge = MachineGauges.OfThisMachine(_settings.Folder, _time);
        var context = new LinkContext(identity, agent, sender, gauge, _time, _loggers.CreateLogger<LinkSession>());
        return new ServerLink(_settings.Addresses(), context, new Random(), SayReady, _loggers.CreateLogger<ServerLink>());
    }

    private IReadOnlyList<string> Offered() => _settings.Services.Count > 0 ? _settings.Services : [.. _services.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Once: for who, or what, has started this program. Later connections are in the log.</summary>
    private void SayReady(ServerAddress server)
    {
        if (_isReady) return;
        _isReady = true;
        _output.WriteLine($"afrender ready: {_settings.Name} at {server} (capacity {_settings.Capacity}, services {string.Join(", ", Offered())})");
        _output.Flush();
    }

    private void SetLogLevels(string text)
    {
        foreach (var problem in _levels.Set(text)) LogLevelsRefused(problem);
    }

    [LoggerMessage(5201, LogLevel.Information, "{Name} leaves: its runs are stopped.")]
    private partial void LogLeaving(string name);

    [LoggerMessage(5202, LogLevel.Warning, "{Count} processes of ended runs still lived; they are killed.")]
    private partial void LogLeftovers(int count);

    [LoggerMessage(5203, LogLevel.Critical, "This render cannot go on; its processes are killed.")]
    private partial void LogBroken(Exception? reason);

    [LoggerMessage(5204, LogLevel.Warning, "The server's log levels are not taken: {Problem}")]
    private partial void LogLevelsRefused(string problem);

    [LoggerMessage(5205, LogLevel.Information, "{Name} ends and leaves its runs to the next start, which has to come before the server takes this render for lost.")]
    private partial void LogHandedOver(string name);

    [LoggerMessage(5206, LogLevel.Warning, "Runs end when this agent ends, for named pipes cannot be made here: {Reason}")]
    private partial void LogKeepsNoRuns(string reason);
}
