using System.ComponentModel;
using System.Diagnostics;
using Afanasy.Messages;
using Microsoft.Extensions.Logging;

namespace AfRender.Hosting;

/// <summary>Does what the server tells the agent to do with itself and its machine, as far as this machine's settings allow it.</summary>
internal sealed partial class Instructions(AgentSettings settings, Action exit, ILogger<Instructions> logger)
{
    private readonly ILogger<Instructions> _logger = logger;

    public void Obey(RenderInstruction instruction, string command)
    {
        switch (instruction)
        {
            case RenderInstruction.None:
                return;
            case RenderInstruction.Exit:
                break;
            case RenderInstruction.Sleep:
                RunSetting(instruction, settings.SleepCommand, "--sleep-command");
                return;
            case RenderInstruction.Reboot:
                RunSetting(instruction, settings.RebootCommand, "--reboot-command");
                return;
            case RenderInstruction.Shutdown:
                RunSetting(instruction, settings.ShutdownCommand, "--shutdown-command");
                return;
            case RenderInstruction.Launch:
                Launch(command);
                return;
            case RenderInstruction.LaunchAndExit:
                Launch(command);
                break;
            default:
                LogUnknown((int)instruction);
                return;
        }

        LogExit();
        exit();
    }

    private void RunSetting(RenderInstruction instruction, string command, string option)
    {
        if (command.Length == 0) LogRefused(instruction, option);
        else Launch(command);
    }

    private void Launch(string command)
    {
        if (string.IsNullOrWhiteSpace(command) || command.Contains('\0'))
        {
            LogNotLaunched(command, "The command is empty, or holds a zero character.");
            return;
        }

        try
        {
            using var process = Process.Start(Detached(command));
            LogLaunched(process?.Id ?? 0, command);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            LogNotLaunched(command, e.Message);
        }
    }

    /// <summary>Without this agent's terminal, pipes, secret and mark: what is launched outlives the agent.</summary>
    private ProcessStartInfo Detached(string command)
    {
        var info = Processes.ShellCommand.Detached(command);
        info.WorkingDirectory = settings.Folder;
        return info;
    }

    [LoggerMessage(5211, LogLevel.Warning, "The server's {Instruction} is refused: this machine has no {Option}.")]
    private partial void LogRefused(RenderInstruction instruction, string option);

    [LoggerMessage(5212, LogLevel.Warning, "The server's instruction {Number} is not known here.")]
    private partial void LogUnknown(int number);

    [LoggerMessage(5213, LogLevel.Information, "Launched as process {Process}, as the server asks: {Command}")]
    private partial void LogLaunched(int process, string command);

    [LoggerMessage(5214, LogLevel.Warning, "Not launched: {Command}. {Reason}")]
    private partial void LogNotLaunched(string command, string reason);

    [LoggerMessage(5215, LogLevel.Information, "The server tells this render to exit.")]
    private partial void LogExit();
}
