using Afanasy.Tests.Support;
using AfRender.Hosting;
using AfRender.Machine;

namespace Afanasy.Tests.Agents;

[Platform("Linux")]
public sealed class GraphicsDevicesTests
{
    private readonly ScratchFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [TestCase("echo 24576; echo 8192", ExpectedResult = "24576 8192")]
    [TestCase("echo '[N/A]'; echo 8192", ExpectedResult = "0 8192")]
    [TestCase("echo 'NVIDIA-SMI has failed'; exit 9", ExpectedResult = "")]
    [TestCase("yes 8192 | head -1000", ExpectedResult = "64 devices")]
    public async Task<string> The_driver_is_understood(string answer)
    {
        var devices = await GraphicsDevices.AskAsync(Driver(answer), TimeProvider.System, CancellationToken.None);

        return devices.Count > 2 ? $"{devices.Count} devices" : string.Join(' ', devices);
    }

    [Test]
    public async Task A_machine_without_the_driver_has_none() =>
        Assert.That(await GraphicsDevices.AskAsync("no-such-driver-program", TimeProvider.System, CancellationToken.None), Is.Empty);

    [Test]
    public async Task A_driver_that_hangs_is_given_up()
    {
        var time = new ManualTime();
        var asking = GraphicsDevices.AskAsync(Driver($"echo $$ > {_folder.At("child")}; sleep 300"), time, CancellationToken.None);
        await Eventually.TrueAsync(() => File.Exists(_folder.At("child")) && File.ReadAllText(_folder.At("child")).EndsWith('\n') && time.ArmedTimers > 0, "the driver and its limit");

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.That(await asking.WaitAsync(TimeSpan.FromSeconds(10)), Is.Empty);
        var driver = int.Parse(await File.ReadAllTextAsync(_folder.At("child")));
        await Eventually.TrueAsync(() => !RunBench.IsAlive(driver), "the driver gone");
    }

    [TestCase("", null)]
    [TestCase("none", "")]
    [TestCase("8192,4096", "8192 4096")]
    public void A_setting_stands_above_the_driver(string setting, string? devices)
    {
        var settings = new AgentSettings { Gpus = setting.Split(',', StringSplitOptions.RemoveEmptyEntries) };

        Assert.That(settings.Problems(), Is.Empty);
        Assert.That(settings.GpuMegabytes() is { } known ? string.Join(' ', known) : null, Is.EqualTo(devices));
    }

    [TestCase("none,8192")]
    [TestCase("-1")]
    [TestCase("8 GB")]
    public void Devices_that_are_no_numbers_are_refused(string setting) =>
        Assert.That(new AgentSettings { Gpus = setting.Split(',') }.Problems().Single(), Does.StartWith("--gpus: "));

    [Test]
    public void Cards_made_by_software_count_only_where_there_are_no_others()
    {
        byte[] card = [0x00, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E];
        byte[] container = [0x02, 0x42, 0, 0, 0, 1];

        Assert.That(NetworkCards.Choose([container, card, new byte[6], new byte[8], card]), Is.EqualTo(new[] { "00:1A:2B:3C:4D:5E" }));
        Assert.That(NetworkCards.Choose([container]), Is.EqualTo(new[] { "02:42:00:00:00:01" }));
    }

    private string Driver(string answer)
    {
        var path = _folder.Write("driver", $"#!/bin/sh\n{answer}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
