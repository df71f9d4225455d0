using System.Text.RegularExpressions;
using Afanasy.Model;
using AfRender.Processes;
using Microsoft.Extensions.Logging;

namespace AfRender.Agent;

/// <summary>What a predecessor has left in the folder of the runs: some can be gone on with, some are lost.</summary>
internal sealed partial class KeptRuns(string runsFolder, RunStarter starter, ILogger<KeptRuns> logger)
{
    private readonly ILogger<KeptRuns> _logger = logger;
    private readonly List<string> _lost = [];

    /// <summary>The runs that go on, or have ended and wait to be told of. Of each lost one it is said why.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<HeldTaskRun> Take()
    {
        Directory.CreateDirectory(runsFolder);
        var wrappers = OperatingSystem.IsLinux() ? RunWrapper.Find(runsFolder) : new Dictionary<string, int>();
        var taken = new Dictionary<TaskRunId, HeldTaskRun>();
        foreach (var folder in Directory.GetFileSystemEntries(runsFolder).Order(StringComparer.Ordinal))
        {
            if (folder.EndsWith(RunFolder.ClosedEnding, StringComparison.Ordinal)) _lost.Add(folder);
            else TakeOne(folder, wrappers, taken);
        }

        return [.. taken.Values];
    }

    /// <summary>Removes the folders of the lost ones; call when none of their processes lives any more.</summary>
    public void RemoveLost()
    {
        foreach (var folder in _lost)
        {
            try
            {
                if (File.Exists(folder)) File.Delete(folder);
                else RunFolder.Remove(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFolderStays(folder, e.Message);
            }
        }
    }

    private void TakeOne(string folder, IReadOnlyDictionary<string, int> wrappers, Dictionary<TaskRunId, HeldTaskRun> taken)
    {
        try
        {
            var run = starter.Adopt(folder, wrappers);
            if (!taken.TryAdd(run.Run, run))
            {
                run.Process?.Dispose();
                run.Spool?.Dispose();
                throw new InvalidDataException("It is there twice.");
            }

            if (run.Result is { } result) LogKept(run.Run, result.Outcome);
            else if (run.Process is { IsAdopted: true }) LogAdopted(run.Run);
            else LogBegins(run.Run);
        }
        catch (InvalidDataException e)
        {
            _lost.Add(folder);
            LogLost(NameOf(folder), e.Message);
        }
    }

    /// <summary>As the log names a run elsewhere.</summary>
    private static string NameOf(string folder)
    {
        var name = Path.GetFileName(folder);
        return FolderName().Match(name) is { Success: true } match
            ? $"J{match.Groups[1]}[{match.Groups[2]}][{match.Groups[3]}]#{match.Groups[4]}"
            : name;
    }

    [GeneratedRegex(@"\A(\d+)\.(\d+)\.(\d+)\.(\d+)-\d+\z")]
    private static partial Regex FolderName();

    [LoggerMessage(5111, LogLevel.Information, "{Run} goes on: its processes are adopted.")]
    private partial void LogAdopted(TaskRunId run);

    [LoggerMessage(5115, LogLevel.Information, "{Run} was ordered before this start, and begins now.")]
    private partial void LogBegins(TaskRunId run);

    [LoggerMessage(5112, LogLevel.Information, "{Run} has ended before this start, {Outcome}; the server will hear of it.")]
    private partial void LogKept(TaskRunId run, RunOutcome outcome);

    [LoggerMessage(5113, LogLevel.Warning, "{Run} is lost, the server gives it again: {Reason}")]
    private partial void LogLost(string run, string reason);

    [LoggerMessage(5114, LogLevel.Warning, "{Folder} cannot be removed: {Reason}")]
    private partial void LogFolderStays(string folder, string reason);
}
