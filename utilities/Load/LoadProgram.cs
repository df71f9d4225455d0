using System.CommandLine;
using System.CommandLine.Invocation;
using Afanasy.Model;
using AfLoad.Figures;

namespace AfLoad;

/// <summary>Runs one measurement and turns whatever ends it into lines and an exit code.</summary>
internal static class LoadProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, TextWriter output, TextWriter error, TimeProvider time, CancellationToken stop)
    {
        if (words is ["--version"])
        {
            await output.WriteLineAsync($"loadfarm {ProgramVersion.Text}");
            return ExitCodes.Fine;
        }

        var options = new LoadOptions();
        var line = options.Root().Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Errors.Count == 0 && line.Action is SynchronousCommandLineAction { ClearsParseErrors: true })
            return await line.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, stop);

        var problems = line.Errors.Select(problem => problem.Message).Distinct().ToList();
        if (problems.Count == 0 && options.Conflict(line) is { } conflict) problems.Add(conflict);
        if (problems.Count == 0 && line.CommandResult.Command is MeasurementCommand command) return await MeasureAsync(command, line, options, output, error, time, stop);
        foreach (var problem in problems) await error.WriteLineAsync($"loadfarm: {problem}");
        await error.WriteLineAsync("'loadfarm --help' shows how it is used.");
        return ExitCodes.WrongUsage;
    }

    private static async Task<int> MeasureAsync(
        MeasurementCommand command, ParseResult line, LoadOptions options, TextWriter output, TextWriter error, TimeProvider time, CancellationToken stop)
    {
        var (seconds, json) = (line.GetValue(options.Seconds), line.GetValue(options.Json));
        using var timeUp = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, timeUp.Token);
        try
        {
            var findings = await command.Make(line).RunAsync(options.Context(line, error, time), ending.Token);
            if (json) FindingsWriter.WriteJson(output, findings);
            else FindingsWriter.WriteTable(output, findings);
            if (findings.IsComplete) return ExitCodes.Fine;
            await error.WriteLineAsync($"loadfarm: ended before all was done; the figures are of what was. --seconds gives it more time than {seconds} s.");
            return ExitCodes.Failed;
        }
        catch (LoadFailure failure)
        {
            await error.WriteLineAsync($"loadfarm: {failure.Message}");
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await error.WriteLineAsync(stop.IsCancellationRequested ? "loadfarm: interrupted." : $"loadfarm: the time is up. --seconds gives it more than {seconds} s.");
            return ExitCodes.Failed;
        }
    }
}
