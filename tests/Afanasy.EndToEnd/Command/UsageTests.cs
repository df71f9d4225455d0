using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Command;

/// <summary>What every program answers before it does anything.</summary>
internal sealed class UsageTests : FarmTests
{
    [Test]
    public async Task Every_program_has_help_and_a_version([Values("afserver", "afrender", "afcmd", "demo", "check")] string name)
    {
        var help = await Farm.Start(name, FileOf(name), "--help").EndAsync();
        var version = await Farm.Start(name, FileOf(name), "--version").EndAsync();

        Assert.That(help.Code, Is.Zero, help.Error);
        Assert.That(help.Out, Does.Contain(name).And.Contain("--"));
        Assert.That(version.Code, Is.Zero, version.Error);
        Assert.That(version.Out, Does.Match($@"^{name} \d+\.\d+\.\d+\n$"));
        Assert.That(help.Error + version.Error, Is.Empty);
    }

    [Test]
    public async Task Wrong_settings_of_the_server_are_all_listed()
    {
        var end = await Farm.Start("afserver", Programs.Server, "--port", "70000", "--bind", "nowhere", "--heartbeat", "soon", "--prot", "1").EndAsync();

        Assert.That(end.Code, Is.EqualTo(2));
        Assert.That(end.Error, Does.Contain("70000").And.Contain("nowhere").And.Contain("soon").And.Contain("--prot"));
        Assert.That(end.Out, Is.Empty);
    }

    [Test]
    public async Task Wrong_settings_of_a_render_are_all_listed()
    {
        var end = await Farm.Start("afrender", Programs.Render, "--capacity", "0", "--name", "a b", "--server", "host:port", "--data", "").EndAsync();

        Assert.That(end.Code, Is.EqualTo(2));
        Assert.That(end.Error, Does.Contain("--capacity").And.Contain("--name").And.Contain("--server").And.Contain("--data"));
    }

    [TestCase("pause")]
    [TestCase("pause twelve")]
    [TestCase("frobnicate")]
    [TestCase("submit no-such-file.json")]
    [TestCase("set 1 priority")]
    public async Task Wrong_usage_of_afcmd_ends_with_2(string line)
    {
        var end = await Farm.CommandAsync(line.Split(' '));

        Assert.That(end.Code, Is.EqualTo(2));
        Assert.That(end.Error, Is.Not.Empty);
        Assert.That(end.Out, Is.Empty);
    }

    [TestCase("jobs")]
    [TestCase("pause 1")]
    [TestCase("log 1 0 0 --follow")]
    public async Task A_server_that_cannot_be_reached_ends_afcmd_with_3(string line)
    {
        var end = await Farm.CommandAsync(line.Split(' '));

        Assert.That(end.Code, Is.EqualTo(3));
        Assert.That(end.Error, Does.Contain(Farm.Address));
    }

    private static string FileOf(string name) => name switch
    {
        "afserver" => Programs.Server,
        "afrender" => Programs.Render,
        "afcmd" => Programs.Command,
        "demo" => Programs.Demo,
        _ => Path.Combine(Programs.Root, "utilities", name),
    };
}
