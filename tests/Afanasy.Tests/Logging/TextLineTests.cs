using System.Text.RegularExpressions;
using Afanasy.Logging;
using Afanasy.Model;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Logging;

internal sealed class TextLineTests
{
    private const string Time = @"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z ";

    [Test]
    public void A_line_begins_with_time_level_where_and_id()
    {
        using var log = new LogUnderTest();

        log.Engine.LogRunStarted(new TaskRunId(new JobId(12), 0, 3, 1), "r1");

        Assert.That(log.Lines(), Is.EqualTo(new[] { "INFO  engine       J12[0][3]#1      Run started on r1." }).Using<string>(SameAfterTime));
    }

    [Test]
    public void The_time_is_utc()
    {
        using var log = new LogUnderTest();

        log.Engine.LogSaid("now");

        var said = DateTimeOffset.Parse(log.Lines()[0][..24]);
        Assert.That(said, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void A_line_without_an_id_keeps_its_columns()
    {
        using var log = new LogUnderTest();

        log.Engine.LogSaid("hello");
        log.Engine.LogRenderLost(new RenderId(7), TimeSpan.FromMinutes(2), 3);

        Assert.That(
            log.Lines(),
            Is.EqualTo(new[]
            {
                "INFO  engine       -                Said: hello",
                "WARN  engine       R7               Render R7 silent for 00:02:00, giving back 3 runs.",
            }).Using<string>(SameAfterTime));
    }

    [Test]
    public void Each_scope_indents_and_the_innermost_id_leads()
    {
        using var log = new LogUnderTest();
        var other = log.Factory.CreateLogger("AfServer.Journaling.SqliteJournal");

        using (log.Engine.Recovering())
        {
            log.Engine.LogSaid("one");
            using (other.InJob(new JobId(4)))
            {
                other.LogSaid("two");
                log.Engine.LogRenderLost(new RenderId(7), TimeSpan.Zero, 0);
            }

            other.LogSaid("three");
        }

        log.Engine.LogSaid("four");

        Assert.That(
            log.Lines(),
            Is.EqualTo(new[]
            {
                "INFO  engine       -                  Said: one",
                "INFO  journaling   J4                   Said: two",
                "WARN  engine       R7                   Render R7 silent for 00:00:00, giving back 0 runs.",
                "INFO  journaling   -                  Said: three",
                "INFO  engine       -                Said: four",
            }).Using<string>(SameAfterTime));
    }

    [Test]
    public async Task A_scope_follows_its_own_flow_and_no_other()
    {
        using var log = new LogUnderTest();
        var begun = new TaskCompletionSource();
        var isSaid = new TaskCompletionSource();

        async Task InScopeAsync()
        {
            using var scope = log.Engine.Recovering();
            begun.SetResult();
            await isSaid.Task;
            log.Engine.LogSaid("inside");
        }

        var inside = Task.Run(InScopeAsync);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        log.Engine.LogSaid("outside");
        isSaid.SetResult();
        await inside.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That(log.Lines().Select(l => l[LogUnderTest.MessageColumn..]), Is.EqualTo(new[] { "Said: outside", "  Said: inside" }));
    }

    [Test]
    public void Scopes_of_the_framework_do_not_indent_our_lines()
    {
        using var log = new LogUnderTest();
        var kestrel = log.Factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel");

        using (kestrel.InConnection("0H"))
            log.Engine.LogSaid("flush left");

        Assert.That(log.Lines().Single()[LogUnderTest.MessageColumn..], Is.EqualTo("Said: flush left"));
    }

    [Test]
    public void Text_from_outside_forges_no_line_and_commands_no_terminal()
    {
        using var log = new LogUnderTest();

        log.Engine.LogSaid("x\r\n2026-01-01 00:00:00.000Z CRIT  engine\tfake\u2028\u0085\x1b[2J\u202Eé漢");

        var line = log.Lines().Single();
        Assert.That(line, Does.EndWith(@"Said: x\r\n2026-01-01 00:00:00.000Z CRIT  engine\tfake\u2028\u0085\u001b[2J\u202eé漢"));
    }

    [Test]
    public void An_id_from_outside_forges_no_line()
    {
        using var log = new LogUnderTest();

        using (log.Engine.InConnection("c1\nforged"))
            log.Engine.LogSaid("hello");

        Assert.That(log.Lines().Single(), Does.Contain(@"c1\nforged"));
    }

    [Test]
    public void A_message_of_any_length_is_cut()
    {
        using var log = new LogUnderTest();

        log.Engine.LogSaid(new string('x', 1_000_000));

        Assert.That(log.Lines().Single(), Does.EndWith($"xx… ({1_000_006 - LogText.MessageCharsMax} more characters)"));
    }

    [Test]
    public void An_exception_follows_on_indented_lines()
    {
        using var log = new LogUnderTest();

        log.Engine.LogFailed(new IOException("No space left\n2026-01-01 forged", new InvalidOperationException("because")));

        var lines = log.Lines();
        Assert.That(lines[0], Does.Match(Time + "ERROR engine  .*The journal cannot be written.$"));
        Assert.That(lines[1], Is.EqualTo("    System.IO.IOException: No space left"));
        Assert.That(lines[2], Is.EqualTo("    2026-01-01 forged"));
        Assert.That(lines, Has.Some.Contains("InvalidOperationException: because"));
        Assert.That(lines.Skip(1), Has.All.StartsWith("    "));
    }

    [Test]
    public void Only_the_level_is_coloured_and_only_when_asked()
    {
        using var log = new LogUnderTest(isColoured: true);

        log.Engine.LogRenderLost(new RenderId(7), TimeSpan.Zero, 0);

        Assert.That(log.Lines().Single(), Does.Match(Time.TrimEnd() + "? \x1b\\[33mWARN \x1b\\[0m engine       R7 "));
    }

    [TestCase(LogLevel.Trace, "TRACE")]
    [TestCase(LogLevel.Debug, "DEBUG")]
    [TestCase(LogLevel.Information, "INFO ")]
    [TestCase(LogLevel.Warning, "WARN ")]
    [TestCase(LogLevel.Error, "ERROR")]
    [TestCase(LogLevel.Critical, "CRIT ")]
    public void Every_level_has_five_letters(LogLevel level, string word)
    {
        using var log = new LogUnderTest(new LogOptions { Program = "aftest", Level = "trace" });

        log.Engine.LogAt(level);

        Assert.That(log.Lines().Single(), Does.Match(Time + word + " engine"));
    }

    private static bool SameAfterTime(string actual, string expected) =>
        Regex.Replace(actual, Time, "") == Regex.Replace(expected, Time, "");
}
