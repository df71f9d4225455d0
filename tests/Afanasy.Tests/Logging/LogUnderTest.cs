using Afanasy.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Logging;

/// <summary>A program's whole log, as its Main sets it up, with a text in place of stderr.</summary>
internal sealed class LogUnderTest : IDisposable
{
    /// <summary>Where the message begins in a line without scopes.</summary>
    public const int MessageColumn = 61;

    private readonly ServiceProvider _services;
    private readonly StringWriter _console = new();

    public LogUnderTest(LogOptions? options = null, bool isColoured = false)
    {
        var services = new ServiceCollection();
        services.AddLogging(builder =>
            LogSetup.Configure(builder, options ?? new LogOptions { Program = "aftest" }, typeof(AfServer.Model.Change).Assembly, _console, isColoured));
        _services = services.BuildServiceProvider();
        Factory = _services.GetRequiredService<ILoggerFactory>();
        Levels = _services.GetRequiredService<LogLevels>();
    }

    public ILoggerFactory Factory { get; }

    public LogLevels Levels { get; }

    public ILogger Engine => Factory.CreateLogger("AfServer.Engine.FarmEngine");

    /// <summary>Ends the log as the program's end does, and returns all that it said on stderr.</summary>
    public string[] Lines()
    {
        Dispose();
        return _console.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose() => _services.Dispose();
}
