using Afanasy.Messages;
using Afanasy.Model;

namespace Afanasy.Tests.Engine;

public sealed class PoolPlacementTests
{
    private readonly EngineBench _bench = new();

    public PoolPlacementTests()
    {
        _bench.AddPool("/lin", new PoolSettings { Pattern = "lin.*" });
        _bench.AddPool("/lin/gpu", new PoolSettings { Pattern = ".*gpu" });
        _bench.AddPool("/win", new PoolSettings { Pattern = "win.*" });
        _bench.AddPool("/win/all", new PoolSettings { Pattern = ".*" });
        _bench.AddPool("/none");
    }

    [TestCase("mac1", ExpectedResult = "/")]
    [TestCase("lin1", ExpectedResult = "/lin")]
    [TestCase("LIN1", ExpectedResult = "/lin", Description = "case does not count")]
    [TestCase("lin1gpu", ExpectedResult = "/lin/gpu")]
    [TestCase("mac1gpu", ExpectedResult = "/", Description = "children of a pool that does not match are not tried")]
    [TestCase("xlin1", ExpectedResult = "/", Description = "the whole name")]
    [TestCase("win1", ExpectedResult = "/win/all")]
    public string A_new_render_goes_to_the_pool_of_its_name(string name) => _bench.Join(name).Pool.Path;

    [Test]
    public void Of_two_pools_that_match_the_older_one_takes_it()
    {
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.AddPool("/a", new PoolSettings { Pattern = "lin.*" });

        Assert.That(_bench.Join("lin1").Pool.Path, Is.EqualTo("/lin"));
    }

    [Test]
    public void A_known_render_stays_where_people_put_it()
    {
        var render = _bench.Join("lin1");
        _bench.Apply(new AfServer.Model.Change.RenderSet(render.Id, "/win", render.Settings with { Paused = true }) { At = _bench.View.Now });

        _bench.Join("lin1", new RenderRegister { InstanceId = "lin1", Capacity = 500 });

        Assert.That((render.Pool.Path, render.Settings.Paused, render.Capacity), Is.EqualTo(("/win", true, 500)));
    }

    [Test]
    public void New_nimby_and_new_paused_of_a_pool_above_are_what_it_starts_with()
    {
        _bench.Set(new PoolSettings { NewNimby = true });
        _bench.AddPool("/lin", new PoolSettings { Pattern = "lin.*", NewPaused = true });

        var (lin, mac) = (_bench.Join("lin1gpu").Settings, _bench.Join("mac1").Settings);

        Assert.That((lin.NimbyOthers, lin.Paused, mac.NimbyOthers, mac.Paused), Is.EqualTo((true, true, true, false)));
    }

    [Test]
    public void It_belongs_to_the_user_under_whom_the_agent_runs() =>
        Assert.That(_bench.Join("r", new RenderRegister { InstanceId = "r", Capacity = 1, UserName = "anna" }).Settings.UserName, Is.EqualTo("anna"));

    [Test]
    public void What_it_brings_is_kept_as_far_as_it_can_be()
    {
        var offer = _bench.Join("r", new RenderRegister
        {
            InstanceId = "r",
            Capacity = 1,
            CpuMegahertz = 3000,
            DiskGigabytes = -1,
            GpuMegabytes = [8000, -5],
            HardwareAddresses = ["00-11-22-33-44-55", "; reboot"],
        }).Offer;

        Assert.That((offer.CpuMegahertz, offer.DiskGigabytes), Is.EqualTo((3000, 0)));
        Assert.That(offer.GpuMegabytes, Is.EqualTo(new[] { 8000, 0 }));
        Assert.That(offer.HardwareAddresses, Is.EqualTo(new[] { "00-11-22-33-44-55" }));
    }
}
