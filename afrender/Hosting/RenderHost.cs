using Afanasy.Logging;
using Afanasy.Model;
using AfRender.Agent;
using AfRender.Link;
using AfRender.Machine;
using AfRender.Processes;
using Microsoft.Extensions.Logging;

namespace AfRender.Hosting;

/// <summary>Puts an agent together, runs it until it is told to stop, and leaves no process behind.</summary>
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
    /// <param name="stop">Ends runs, tells the server, and ends.</param>
    /// <param name="stopAtOnce">Ends without a word.</param>
    public static async Task<int> RunAsync(
        AgentSettings settings, string servicesFolder, TextWriter output, TextWriter errors, CancellationToken stop, CancellationToken stopAtOnce)
    {
        var catalog = ServiceFiles.Read(servicesFolder);
        foreach (var problem in catalog.Problems) await errors.WriteLineAsync($"afrender: {problem}");
        if (catalog.Problems.Count > 0) return WrongSettings;

        try
        {
            using var folder = RenderFolder.Open(settings.Folder);
            return await RunInFolderAsync(settings, folder, catalog.Services, output, stop, stopAtOnce);
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
        CancellationToken stop,
        CancellationToken stopAtOnce)
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
        return await new RenderHost(settings, folder, services, output, loggers, levels!).RunAsync(stop, stopAtOnce);   // Create has called it
    }

    private async Task<int> RunAsync(CancellationToken stop, CancellationToken stopAtOnce)
    {
        await EndLeftoversAsync();
        _folder.ClearRuns();
        var devices = _settings.GpuMegabytes() ?? await GraphicsDevices.AskAsync(GraphicsDevices.Program, _time, stop);

        var sender = new WakeUp();
        var agent = NewAgent(sender);
        using var unlink = new CancellationTokenSource();
        var running = agent.RunAsync();
        var linked = NewLink(agent, sender, devices).RunAsync(unlink.Token);
        try
        {
            var stopped = Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, stop), _exit.Task);
            if (await Task.WhenAny(stopped, running, linked) == stopped) await LeaveAsync(agent, running, stopAtOnce);
            else LogBroken((running.Exception ?? linked.Exception)?.GetBaseException());
        }
        finally
        {
            await unlink.CancelAsync();
            await EndLeftoversAsync();
        }

        await linked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return running.IsFaulted || linked.IsFaulted || stopAtOnce.IsCancellationRequested ? Failed : Fine;
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
    private async Task EndLeftoversAsync()
    {
        var mark = new RunMark(_folder.InstanceId, Run: null, RootProcess: 0);
        for (var round = 0; round < KillRoundsMax; round++)
        {
            var left = _tree.Members(mark);
            if (left.Count == 0) return;
            if (round == 0) LogLeftovers(left.Count);
            _tree.Kill(left);
            await Task.Delay(_lookAgain, _time, CancellationToken.None);
        }
    }

    private RenderAgent NewAgent(WakeUp sender)
    {
        var shell = new ShellCommand(_settings.Name, _folder.InstanceId);
        var processes = new TaskProcessContext(shell, _tree, _folder.InstanceId, _time, _loggers.CreateLogger<TaskProcess>());
        var starter = new RunStarter(_folder.RunsFolder, _services, new SpoolLimits(), sender, processes);
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
}
