using NLog;
using NLog.Common;
using NLog.Layouts;

namespace Afanasy.Logging;

/// <summary>Says on stderr that the log file cannot be written (disk full, no permission): once, for NLog would say it with every line.</summary>
internal sealed class FileTrouble : IDisposable
{
    private readonly string _path;
    private readonly TextWriter _console;
    private readonly Layout _layout;
    private bool _isSaid;

    public FileTrouble(string path, TextWriter console, Layout layout)
    {
        (_path, _console, _layout) = (path, console, layout);
        InternalLogger.LogLevel = LogLevel.Error;   // without a level of its own NLog raises no events
        InternalLogger.InternalEventOccurred += OnInternalEvent;
    }

    public void Dispose() => InternalLogger.InternalEventOccurred -= OnInternalEvent;

    // Raised by the thread that writes the file, for every log of the process; a logger called from here would wait for this very thread.
    private void OnInternalEvent(object? sender, InternalLogEventArgs trouble)
    {
        if (trouble.Exception is null || !trouble.Message.Contains(_path, StringComparison.Ordinal) || Interlocked.Exchange(ref _isSaid, true))
            return;

        var text = $"The log file {_path} cannot be written: {trouble.Exception.Message} Lines that fail are only on stderr; said once.";
        _console.Write(_layout.Render(LogEventInfo.Create(LogLevel.Error, "logging", text)) + "\n");
        _console.Flush();
    }
}
