using System.Globalization;
using System.Text.RegularExpressions;
using Afanasy.Logging;
using Afanasy.Settings;
using AfRender.Link;
using AfRender.Machine;

namespace AfRender.Hosting;

/// <summary>Everything afrender can be told. The defaults here are the documentation; a file, a variable or an option only overrides them.</summary>
public sealed partial record AgentSettings : ISettings
{
    /// <summary>The name is a folder's name and stands in every log line.</summary>
    private const int NameCharsMax = 128;

    /// <summary>No machine has more.</summary>
    private const int GpusMax = 64;

    /// <summary>A list of standby servers, not of a network.</summary>
    private const int ServersMax = 16;

    [Setting("The servers of the farm, tried in turn until one takes this render in.", Value = "HOST:PORT,...")]
    public IReadOnlyList<string> Server { get; init; } = [$"127.0.0.1:{ServerAddress.PortDefault}"];

    [Setting("The name of this render in the farm; one name is one render. The default is the name of the machine.")]
    public string Name { get; init; } = Environment.MachineName.ToLowerInvariant();

    [Setting("How much work this machine takes at a time; a task of the default size takes 1000.")]
    public int Capacity { get; init; } = 1000;

    [Setting("How many tasks run at a time at most; 0 leaves it to the capacity.")]
    public int MaxTasks { get; init; }

    [Setting("The kinds of work that this machine can do, described in lib/services or not; empty is every one that is described.")]
    public IReadOnlyList<string> Services { get; init; } = [];

    [Setting("Memory of each graphics device in megabytes, in the order of their numbers, or none; empty asks nvidia-smi.", Value = "MB,...|none")]
    public IReadOnlyList<string> Gpus { get; init; } = [];

    [Setting("What puts this machine to sleep when the farm asks for it; empty refuses.", Value = "COMMAND")]
    public string SleepCommand { get; init; } = "";

    [Setting("What restarts this machine when the farm asks for it; empty refuses.", Value = "COMMAND")]
    public string RebootCommand { get; init; } = "";

    [Setting("What switches this machine off when the farm asks for it; empty refuses.", Value = "COMMAND")]
    public string ShutdownCommand { get; init; } = "";

    [Setting("The data folder; this render keeps its things in renders/NAME in it.", Value = "DIR")]
    public string Data { get; init; } = DataFolder.Default;

    [Secret]
    [Setting("The farm's key for machines that join, if it asks for one.", Value = "KEY")]
    public string JoinKey { get; init; } = "";

    [Setting("How much the log says, for example info, or link=debug,*=info.")]
    public string LogLevel { get; init; } = "info";

    [Setting("How the log is written.")]
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>The folder that belongs to this render alone.</summary>
    internal string Folder => Path.Combine(Path.GetFullPath(Data), "renders", Name);

    public IEnumerable<string> Problems()
    {
        foreach (var server in Server.Where(server => !ServerAddress.TryParse(server, out _)))
            yield return $"--server: '{server}' is no address; write HOST or HOST:PORT.";
        if (Server.Count is 0 or > ServersMax) yield return $"--server: names {Server.Count} servers, it must be 1 to {ServersMax}.";
        if (!NamePattern().IsMatch(Name) || Name.Length > NameCharsMax)
            yield return $"--name: '{Name}' must be 1 to {NameCharsMax} letters, digits, '.', '_' or '-', and begin with a letter or a digit.";
        if (Capacity < 1) yield return $"--capacity: must be at least 1, was {Capacity}.";
        if (MaxTasks < 0) yield return $"--max-tasks: must be at least 0, was {MaxTasks}.";
        if (Gpus.Count > GpusMax) yield return $"--gpus: names {Gpus.Count} devices, it must be at most {GpusMax}.";
        if (Gpus is not [GraphicsDevices.None])
        {
            foreach (var device in Gpus.Where(device => !TryMegabytes(device, out _)))
                yield return $"--gpus: '{device}' is no number of megabytes; write one for each device, such as 8192,8192, or none.";
        }

        if (Data.Length == 0) yield return "--data: must be a folder.";
        foreach (var problem in LogLevels.Problems(LogLevel, typeof(AgentSettings).Assembly)) yield return $"--log-level: {problem}";
    }

    /// <summary>The addresses of settings without problems.</summary>
    internal IReadOnlyList<ServerAddress> Addresses() =>
        [.. Server.Select(text => ServerAddress.TryParse(text, out var address) ? address : throw new InvalidOperationException(text))];

    /// <summary>The devices of settings without problems; null when the machine is to be asked.</summary>
    internal IReadOnlyList<int>? GpuMegabytes() => Gpus.Count == 0 ? null : [.. Gpus.Where(device => TryMegabytes(device, out _)).Select(int.Parse)];

    private static bool TryMegabytes(string text, out int megabytes) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out megabytes);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex NamePattern();
}
