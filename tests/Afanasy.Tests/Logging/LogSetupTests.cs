using Afanasy.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Logging;

internal sealed class LogSetupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("afanasy-log-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string[] LogFiles => [.. Directory.EnumerateFiles(Path.Combine(_folder.FullName, "logs")).Select(f => Path.GetFileName(f)!).Order()];

    [Test]
    public void Levels_change_at_run_time_in_both_directions_and_per_subsystem()
    {
        using var log = new LogUnderTest();
        var engine = log.Engine;
        var journal = log.Factory.CreateLogger("AfServer.Journaling.SqliteJournal");

        Assert.That(engine.IsEnabled(LogLevel.Debug), Is.False);
        engine.LogTurn(1);

        Assert.That(log.Levels.Set("engine=debug"), Is.Empty);
        Assert.That(engine.IsEnabled(LogLevel.Debug), Is.True);
        Assert.That(journal.IsEnabled(LogLevel.Debug), Is.False);
        engine.LogTurn(2);
        journal.LogTurn(3);

        Assert.That(log.Levels.Set("engine=off,*=trace"), Is.Empty);
        Assert.That(engine.IsEnabled(LogLevel.Critical), Is.False);
        engine.LogTurn(4);
        journal.LogTurn(5);

        Assert.That(log.Levels.Set("engine=default,*=default"), Is.Empty);
        engine.LogTurn(6);
        journal.LogTurn(7);
        engine.LogSaid("8");

        Assert.That(log.Lines().Select(l => l[LogUnderTest.MessageColumn..]), Is.EqualTo(new[] { "Turn of 2 changes.", "Turn of 5 changes.", "Said: 8" }));
    }

    [Test]
    public void A_logger_made_after_the_switch_obeys_it()
    {
        using var log = new LogUnderTest();

        log.Levels.Set("model=debug");

        Assert.That(log.Factory.CreateLogger("AfServer.Model.Farm").IsEnabled(LogLevel.Debug), Is.True);
    }

    [Test]
    public void The_framework_says_only_warnings_until_it_is_asked()
    {
        using var log = new LogUnderTest();
        var kestrel = log.Factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel");

        kestrel.LogSaid("quiet");
        kestrel.LogRenderLost(new(1), TimeSpan.Zero, 0);
        log.Levels.Set("http=info");
        kestrel.LogSaid("asked");

        Assert.That(log.Lines().Select(l => l[25..36]), Is.EqualTo(new[] { "WARN  http ", "INFO  http " }));
    }

    [Test]
    public void Nothing_else_may_filter_and_no_other_provider_speaks()
    {
        var services = new ServiceCollection();
        using var console = new StringWriter();
        services.AddLogging(builder =>
        {
            builder.AddConsole().AddFilter("AfServer", LogLevel.Critical).SetMinimumLevel(LogLevel.Error);
            LogSetup.Configure(builder, new LogOptions { Program = "aftest", Level = "debug" }, typeof(AfServer.Model.Change).Assembly, console, isColoured: false);
        });
        using (var provider = services.BuildServiceProvider())
        {
            Assert.That(provider.GetServices<ILoggerProvider>().ToList(), Has.Count.EqualTo(1));
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("AfServer.Engine.FarmEngine").LogTurn(1);
        }

        Assert.That(console.ToString(), Does.Contain("DEBUG engine"));
    }

    [Test]
    public void A_wrong_level_is_refused_at_once() =>
        Assert.That(
            () => new LogUnderTest(new LogOptions { Program = "aftest", Level = "loud" }),
            Throws.ArgumentException.With.Message.Contains("'loud' is no level"));

    [Test]
    public void The_file_in_the_data_folder_says_the_same_as_stderr_and_goes_on_after_a_restart()
    {
        var options = new LogOptions { Program = "aftest", DataFolder = _folder.FullName };
        using var first = new LogUnderTest(options);
        using var scope = first.Engine.Recovering();
        first.Engine.LogSaid("one");
        var lines = first.Lines();
        using var second = new LogUnderTest(options);
        second.Engine.LogSaid("two");
        lines = [.. lines, .. second.Lines()];

        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(File.ReadAllLines(Path.Combine(_folder.FullName, "logs", "aftest.log")), Is.EqualTo(lines));
    }

    [Test]
    public void Files_are_put_aside_by_size_and_the_oldest_go()
    {
        var options = new LogOptions { Program = "aftest", DataFolder = _folder.FullName, FileBytesMax = 100_000, OldFilesMax = 3 };
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "logs"));
        File.WriteAllText(Path.Combine(_folder.FullName, "logs", "other.log"), "not ours");

        for (var start = 0; start < 5000; start += 2500)
        {
            using var log = new LogUnderTest(options);
            for (var i = start; i < start + 2500; i++)
                log.Engine.LogSaid($"{i:0000} {new string('x', 100)}");
        }

        Assert.That(LogFiles, Has.Length.EqualTo(5));
        Assert.That(LogFiles, Does.Contain("aftest.log").And.Contain("other.log"));
        var lines = File.ReadAllLines(Path.Combine(_folder.FullName, "logs", "aftest.log"));
        Assert.That(lines[^1], Does.Contain("Said: 4999 "));
        var ours = LogFiles.Where(f => f.StartsWith("aftest", StringComparison.Ordinal)).ToList();
        Assert.That(ours.Select(f => new FileInfo(Path.Combine(_folder.FullName, "logs", f)).Length), Has.All.LessThan(150_000), "one batch over the size at most");
        var kept = ours.SelectMany(f => File.ReadAllLines(Path.Combine(_folder.FullName, "logs", f))).Select(l => int.Parse(l[(LogUnderTest.MessageColumn + 6)..][..4])).Order().ToList();
        Assert.That(kept, Is.EqualTo(Enumerable.Range(5000 - kept.Count, kept.Count)), "the newest lines are kept, without a gap");
        Assert.That(kept, Has.Count.GreaterThan(1700));
    }

    [Test]
    public void A_data_folder_that_cannot_be_made_is_said_at_once()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        Assert.That(
            () => new LogUnderTest(new LogOptions { Program = "aftest", DataFolder = file }),
            Throws.InstanceOf<IOException>());
    }

    [Test]
    public void A_log_file_that_cannot_be_written_stops_nothing_and_is_said_once()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "logs", "aftest.log"));
        using var log = new LogUnderTest(new LogOptions { Program = "aftest", DataFolder = _folder.FullName });

        for (var i = 0; i < 1000; i++)
            log.Engine.LogSaid("still here");

        var lines = log.Lines();
        Assert.That(lines, Has.Exactly(1000).EndsWith("Said: still here"));
        Assert.That(lines, Has.Exactly(1).Match($"ERROR logging .*{_folder.Name}/logs/aftest.log cannot be written: Access to the path"));
        Assert.That(lines, Has.Length.EqualTo(1001));
    }

    [Test]
    public void A_relative_data_folder_counts_from_where_the_program_was_started()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder.FullName);
        using var log = new LogUnderTest(new LogOptions { Program = "aftest", DataFolder = relative });

        log.Engine.LogSaid("here");

        log.Lines();
        Assert.That(LogFiles, Is.EqualTo(new[] { "aftest.log" }));
    }

    [Test]
    public void A_console_that_is_stuck_does_not_stop_the_program()
    {
        using var stuck = new StuckWriter();
        var services = new ServiceCollection();
        services.AddLogging(builder => LogSetup.Configure(
            builder, new LogOptions { Program = "aftest", DataFolder = _folder.FullName }, typeof(AfServer.Model.Change).Assembly, stuck, isColoured: false));
        using (var provider = services.BuildServiceProvider())
        {
            var engine = provider.GetRequiredService<ILoggerFactory>().CreateLogger("AfServer.Engine.FarmEngine");
            var saying = Task.Run(() =>
            {
                for (var i = 0; i < 30_000; i++)
                    engine.LogSaid($"{i}");
            });
            var isSaid = saying.Wait(TimeSpan.FromSeconds(20));
            stuck.Release();
            Assert.That(isSaid, Is.True);
        }

        Assert.That(File.ReadLines(Path.Combine(_folder.FullName, "logs", "aftest.log")).Count(), Is.EqualTo(30_000), "the file gets every line");
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly ManualResetEventSlim _isFree = new();

        public void Release() => _isFree.Set();

        public override void Write(string? value) => _isFree.Wait();

        protected override void Dispose(bool disposing)
        {
            _isFree.Dispose();
            base.Dispose(disposing);
        }
    }
}
