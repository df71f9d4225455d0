using Afanasy.Model;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Logging;

/// <summary>Typed log methods as the product has them.</summary>
internal static partial class TestMessages
{
    private static readonly Func<ILogger, IDisposable?> _recovering = LoggerMessage.DefineScope("Recovering");
    private static readonly Func<ILogger, JobId, IDisposable?> _inJob = LoggerMessage.DefineScope<JobId>("Job {Job}");
    private static readonly Func<ILogger, string, IDisposable?> _inConnection = LoggerMessage.DefineScope<string>("Connection {Connection}");

    public static IDisposable? Recovering(this ILogger logger) => _recovering(logger);

    public static IDisposable? InJob(this ILogger logger, JobId job) => _inJob(logger, job);

    public static IDisposable? InConnection(this ILogger logger, string connection) => _inConnection(logger, connection);

    [LoggerMessage(2001, LogLevel.Information, "Run started on {Render}.")]
    public static partial void LogRunStarted(this ILogger logger, TaskRunId run, string render);

    [LoggerMessage(2002, LogLevel.Warning, "Render {Render} silent for {Silence}, giving back {RunCount} runs.")]
    public static partial void LogRenderLost(this ILogger logger, RenderId render, TimeSpan silence, int runCount);

    [LoggerMessage(2003, LogLevel.Information, "Said: {Text}")]
    public static partial void LogSaid(this ILogger logger, string text);

    [LoggerMessage(2004, LogLevel.Error, "The journal cannot be written.")]
    public static partial void LogFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2005, LogLevel.Debug, "Turn of {Changes} changes.")]
    public static partial void LogTurn(this ILogger logger, int changes);

    [LoggerMessage(EventId = 2006, Message = "Said at this level.")]
    public static partial void LogAt(this ILogger logger, LogLevel level);

    [LoggerMessage(2007, LogLevel.Information, "{Where} {Time} {Ratio} {Missing} {On}")]
    public static partial void LogValues(this ILogger logger, string where, int time, double ratio, string? missing, bool on);
}
