using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Hosting;

namespace Afanasy.Tests.Support;

/// <summary>A whole afrender in this process, with a data folder of its own.</summary>
internal sealed class RunningRender : IAsyncDisposable
{
    public const string Name = "bench";

    private static readonly TimeSpan _endMax = TimeSpan.FromSeconds(20);

    private readonly ScratchFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopAtOnce = new();
    private readonly CancellationTokenSource _handOver = new();
    private readonly StringWriter _output = new();

    private RunningRender(string servers, string logLevel) =>
        Ended = RenderHost.RunAsync(
            Settings(servers, logLevel), ServiceFiles.FolderOfProgram, TextWriter.Synchronized(_output), TextWriter.Null, new HostStops(_stop.Token, _stopAtOnce.Token, _handOver.Token));

    public Task<int> Ended { get; }

    public string Folder => _folder.At("renders", Name);

    public string DataFolder => _folder.Path;

    public string Output => _output.ToString();

    public string Log => ReadShared(Path.Combine(Folder, "logs", "afrender.log"));

    public static RunningRender Start(string servers, string logLevel = "warning") => new(servers, logLevel);

    /// <summary>A run that a test can tell apart by its task.</summary>
    public static TaskRunId Run(int task, int run = 1) => new(new JobId(1), 0, task, run);

    public static RunStart Task(int task, string command, int run = 1) =>
        new() { Run = Run(task, run), Command = command, Service = "generic", FrameFirst = 1, FrameLast = 1 };

    public AgentSettings Settings(string servers, string logLevel = "warning") =>
        new() { Server = servers.Split(','), Name = Name, Data = _folder.Path, Gpus = ["8192", "4096"], RebootCommand = "echo reboot >> ../../reboots", LogLevel = logLevel };

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await Ended.WaitAsync(_endMax);
    }

    public async Task<int> StopAtOnceAsync()
    {
        await _stopAtOnce.CancelAsync();
        return await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted) await StopAtOnceAsync();
        _stop.Dispose();
        _stopAtOnce.Dispose();
        _handOver.Dispose();
        _folder.Dispose();
    }

    private static string ReadShared(string path)
    {
        if (!File.Exists(path)) return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(file);
        return text.ReadToEnd();
    }
}
