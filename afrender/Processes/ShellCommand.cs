using System.Diagnostics;
using Afanasy.Messages;

namespace AfRender.Processes;

/// <summary>Makes of a run what the operating system starts: the shell with the command, its environment and its folder.</summary>
internal sealed class ShellCommand(string renderName, string instanceId)
{
    /// <summary>The farm's secret is none of a task's business.</summary>
    private const string JoinKeyVariable = "AF_JOIN_KEY";

    private static readonly string _shell = File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh";

    /// <summary>Its own session keeps a terminal's Ctrl-C and hang-up away and makes the tree known; null where there is no such program.</summary>
    private static readonly string? _ownSession = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    /// <summary>Why the run cannot be started at all, in words; null when nothing speaks against it.</summary>
    public static string? Problem(RunStart start)
    {
        if (string.IsNullOrWhiteSpace(start.Command)) return "The command is empty.";
        if (start.Command.Contains('\0')) return "The command holds a zero character.";
        if (start.CommandPre.Contains('\0')) return "The pre command holds a zero character.";
        if (start.CommandPost.Contains('\0')) return "The post command holds a zero character.";
        foreach (var (name, value) in start.Environment)
        {
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0')) return $"The environment has a variable named '{name}'.";
            if (value.Contains('\0')) return $"The environment variable '{name}' holds a zero character.";
        }

        if (start.WorkingDirectory.Length > 0 && !Directory.Exists(start.WorkingDirectory))
            return $"The working directory '{start.WorkingDirectory}' does not exist on {Environment.MachineName}.";
        return null;
    }

    /// <param name="command">The run's own command, or the one before or after it.</param>
    /// <param name="scratch">The folder of a run that names none.</param>
    public ProcessStartInfo StartInfo(RunStart start, string command, string scratch)
    {
        var info = Info(start, scratch);
        SetProgram(info, command);
        return info;
    }

    /// <summary>The same in a <see cref="RunWrapper"/>, which outlives the agent.</summary>
    /// <param name="pipes">The folder of the command's pipes.</param>
    public ProcessStartInfo KeptStartInfo(RunStart start, string command, string scratch, string pipes)
    {
        var info = Info(start, scratch);
        SetShell(info, RunWrapper.Arguments(_shell, pipes, command));
        return info;
    }

    /// <summary>A command that is no run: nobody reads what it prints, and it lives on when the agent ends.</summary>
    public static ProcessStartInfo Detached(string command)
    {
        var info = new ProcessStartInfo { UseShellExecute = false, CreateNoWindow = true };
        SetProgram(info, OperatingSystem.IsWindows() ? command : $"exec </dev/null >/dev/null 2>&1\n{command}");
        info.Environment.Remove(JoinKeyVariable);
        info.Environment.Remove(RunMark.InstanceVariable);
        info.Environment.Remove(RunMark.RunVariable);
        return info;
    }

    private ProcessStartInfo Info(RunStart start, string scratch)
    {
        var folder = start.WorkingDirectory.Length > 0 ? start.WorkingDirectory : scratch;
        var info = new ProcessStartInfo
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        SetEnvironment(info, start);
        return info;
    }

    private static void SetProgram(ProcessStartInfo info, string command)
    {
        if (OperatingSystem.IsWindows())
        {
            // One text: cmd has its own rules of quoting, which an argument list would spoil. /S keeps the inner quotes.
            info.FileName = Environment.GetEnvironmentVariable("ComSpec") ?? "cmd.exe";
            info.Arguments = $"/D /S /C \"{command}\"";
            return;
        }

        SetShell(info, ["-c", command]);
    }

    private static void SetShell(ProcessStartInfo info, IEnumerable<string> arguments)
    {
        info.FileName = _ownSession ?? _shell;
        if (_ownSession is not null) info.ArgumentList.Add(_shell);
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
    }

    private void SetEnvironment(ProcessStartInfo info, RunStart start)
    {
        var environment = info.Environment;
        environment.Remove(JoinKeyVariable);
        foreach (var (name, value) in start.Environment) environment[name] = value;
        environment["AF_JOB_ID"] = $"{start.Run.Job.Value}";
        environment["AF_BLOCK_ID"] = $"{start.Run.Block}";
        environment["AF_TASK_ID"] = $"{start.Run.Task}";
        environment["AF_RUN"] = $"{start.Run.Run}";
        environment["AF_RENDER"] = renderName;
        SetGrant(environment, start);
        environment[RunMark.RunVariable] = $"{start.Run}";
        environment[RunMark.InstanceVariable] = instanceId;
    }

    /// <summary>What the farm gave to this run.</summary>
    private static void SetGrant(IDictionary<string, string?> environment, RunStart start)
    {
        if (start.Hosts.Count > 0) environment["AF_HOSTS"] = string.Join(',', start.Hosts);
        if (start.CapacityCoefficient > 0) environment["AF_CAPACITY"] = $"{start.CapacityCoefficient}";
        if (start.Gpus.Count == 0) return;

        var devices = string.Join(',', start.Gpus);
        environment["AF_GPUS"] = devices;
        environment["CUDA_VISIBLE_DEVICES"] = devices;

        // Else CUDA counts the fastest device first, and not as they were counted when the farm was told.
        environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
    }
}
