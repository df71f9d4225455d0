using System.Globalization;
using System.Text;
using NLog;
using NLog.Layouts;

namespace Afanasy.Logging;

/// <summary><c>2026-11-22 05:50:35.123Z INFO  engine       J12[0][3]#1     Run started on r1.</c></summary>
internal sealed class TextLine(bool isColoured) : Layout
{
    // The longest room's name (connections) and a usual run's id (J1234[0][123]#1) still stand in their columns.
    private const int WhereColumns = 11;
    private const int IdColumns = 15;
    private const string NoId = "-";

    private const string Plain = "\x1b[0m";

    protected override string GetFormattedMessage(LogEventInfo logEvent)
    {
        var line = new StringBuilder(160);
        RenderFormattedMessage(logEvent, line);
        return line.ToString();
    }

    protected override void RenderFormattedMessage(LogEventInfo logEvent, StringBuilder target)
    {
        var (word, colour) = LevelOf(logEvent.Level);
        target.Append(logEvent.TimeStamp.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(' ');
        target.Append(isColoured ? colour : "").Append(word).Append(isColoured ? Plain : "").Append(' ');
        AppendColumn(target, logEvent.LoggerName ?? "", WhereColumns);
        AppendColumn(target, LogId.Of(logEvent) is { Length: > 0 } id ? id : NoId, IdColumns);
        target.Append(' ', 2 * ScopeContext.GetAllNestedStates().Length);
        target.AppendEscaped(LogText.Cut(logEvent.FormattedMessage, LogText.MessageCharsMax));
        if (logEvent.Exception is not { } exception)
            return;

        foreach (var part in LogText.Cut(exception.ToString(), LogText.ExceptionCharsMax).ReplaceLineEndings("\n").Split('\n'))
        {
            target.Append("\n    ");
            target.AppendEscaped(part);
        }
    }

    private static void AppendColumn(StringBuilder line, string text, int columns)
    {
        var start = line.Length;
        line.AppendEscaped(text);
        line.Append(' ', Math.Max(0, columns - (line.Length - start)) + 2);
    }

    private static (string Word, string Colour) LevelOf(LogLevel level) => level.Ordinal switch
    {
        0 => ("TRACE", "\x1b[90m"),
        1 => ("DEBUG", "\x1b[90m"),
        2 => ("INFO ", "\x1b[32m"),
        3 => ("WARN ", "\x1b[33m"),
        4 => ("ERROR", "\x1b[31m"),
        _ => ("CRIT ", "\x1b[1;31m"),
    };
}
