using Microsoft.Extensions.Logging;

namespace Afanasy.Logging;

/// <summary>A logger of NLog under the name of its subsystem, and only as loud as the subsystem may be at this moment.</summary>
internal sealed class SubsystemLogger(ILogger inner, LogLevels.Cell cell, bool isForeign) : ILogger
{
    // The framework opens scopes of its own around our code (connection, request, action): they would indent our lines.
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        isForeign ? null : inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= cell.Level;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
