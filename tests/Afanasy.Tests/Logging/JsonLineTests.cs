using System.Text.Json;
using Afanasy.Logging;
using Afanasy.Model;

namespace Afanasy.Tests.Logging;

internal sealed class JsonLineTests
{
    private readonly LogOptions _options = new() { Program = "aftest", Format = LogFormat.Json };

    [Test]
    public void A_line_is_one_object_that_begins_with_what_every_line_has()
    {
        using var log = new LogUnderTest(_options);

        log.Engine.LogRenderLost(new RenderId(7), TimeSpan.FromMinutes(2), 3);

        var line = JsonDocument.Parse(log.Lines().Single()).RootElement;
        Assert.That(
            line.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "time", "level", "where", "id", "message", "event", "render", "silence", "run_count" }));
        Assert.That(line.GetProperty("time").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(line.GetProperty("level").GetString(), Is.EqualTo("warning"));
        Assert.That(line.GetProperty("where").GetString(), Is.EqualTo("engine"));
        Assert.That(line.GetProperty("id").GetString(), Is.EqualTo("R7"));
        Assert.That(line.GetProperty("message").GetString(), Is.EqualTo("Render R7 silent for 00:02:00, giving back 3 runs."));
        Assert.That(line.GetProperty("event").GetInt32(), Is.EqualTo(2002));
        Assert.That(line.GetProperty("run_count").GetInt32(), Is.EqualTo(3));
        Assert.That(line.GetProperty("silence").GetString(), Is.EqualTo("00:02:00"));
    }

    [Test]
    public void Scopes_stand_from_the_outermost_to_the_innermost()
    {
        using var log = new LogUnderTest(_options);

        using (log.Engine.Recovering())
        using (log.Engine.InJob(new JobId(4)))
            log.Engine.LogSaid("x");

        var line = JsonDocument.Parse(log.Lines().Single()).RootElement;
        Assert.That(line.GetProperty("scope").EnumerateArray().Select(s => s.GetString()), Is.EqualTo(new[] { "Recovering", "Job J4" }));
        Assert.That(line.GetProperty("id").GetString(), Is.EqualTo("J4"));
    }

    [Test]
    public void Text_from_outside_stays_in_its_value()
    {
        using var log = new LogUnderTest(_options);
        const string Text = "a\"b\n{\"level\":\"forged\"}\u2028\0\x1b[2J\\";

        log.Engine.LogSaid(Text);

        var line = JsonDocument.Parse(log.Lines().Single()).RootElement;
        Assert.That(line.GetProperty("text").GetString(), Is.EqualTo(Text));
        Assert.That(line.GetProperty("level").GetString(), Is.EqualTo("info"));
    }

    [Test]
    public void A_value_named_like_one_of_ours_does_not_replace_it()
    {
        using var log = new LogUnderTest(_options);

        log.Engine.LogValues("forged", 5, double.NaN, null, true);

        var line = JsonDocument.Parse(log.Lines().Single()).RootElement;
        Assert.That(line.GetProperty("where").GetString(), Is.EqualTo("engine"));
        Assert.That(line.GetProperty("where_").GetString(), Is.EqualTo("forged"));
        Assert.That(line.GetProperty("time_").GetInt32(), Is.EqualTo(5));
        Assert.That(line.GetProperty("ratio").GetString(), Is.EqualTo("NaN"));
        Assert.That(line.GetProperty("missing").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(line.GetProperty("on").GetBoolean(), Is.True);
    }

    [Test]
    public void An_exception_is_one_value()
    {
        using var log = new LogUnderTest(_options);

        log.Engine.LogFailed(new IOException("No space left"));

        var line = JsonDocument.Parse(log.Lines().Single()).RootElement;
        Assert.That(line.GetProperty("exception").GetString(), Does.StartWith("System.IO.IOException: No space left"));
    }
}
