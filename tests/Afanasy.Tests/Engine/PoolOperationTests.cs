using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

public sealed class PoolOperationTests
{
    private readonly EngineBench _bench = new();
    private readonly Pool _pool;
    private readonly Pool _deep;
    private readonly Render _above;
    private readonly Render _one;
    private readonly Render _two;

    public PoolOperationTests()
    {
        _pool = _bench.AddPool("/lin", new PoolSettings { Pattern = "lin.*" });
        _deep = _bench.AddPool("/lin/gpu", new PoolSettings { Pattern = ".*gpu" });
        _above = _bench.Join("win1");
        _one = _bench.Join("lin1");
        _two = _bench.Join("lin2gpu");
    }

    [Test]
    public void Add_pool_puts_one_below()
    {
        Act(_pool, "add_pool", new { name = "cpu" });
        Act(_bench.Farm.RootPool, "add_pool", new { name = "win" });

        Assert.That(_bench.Farm.Pools.Keys, Is.SupersetOf(new[] { "/lin/cpu", "/win" }));
    }

    [TestCase("/lin", "params.name")]
    [TestCase("a/b", "params.name")]
    [TestCase("", "params.name")]
    [TestCase("lin", "")]
    public void Add_pool_refuses_what_is_no_new_component(string name, string field) =>
        Assert.That(Decide(_bench.Farm.RootPool, "add_pool", new { name }).Answer.Problems.Single().Path, Is.EqualTo(field));

    [Test]
    public void Delete_is_refused_with_what_is_in_it_and_of_the_root()
    {
        Assert.That(Refusal(_pool, "delete"), Does.Contain("1 pool and 1 render"));
        Assert.That(Refusal(_bench.Farm.RootPool, "delete"), Does.Contain("cannot be deleted"));
        _bench.Do(RenderSettingsRequests.Act(_bench.View, _two, EngineBench.Action("set_pool", new { name = "/" }), EngineBench.Anna));

        Act(_deep, "delete");

        Assert.That(_bench.Farm.Pools.Keys, Is.EquivalentTo(new[] { "/", "/lin" }));
    }

    [Test]
    public void Service_add_and_service_disable_count_for_all_below_unless_they_say_otherwise()
    {
        Act(_pool, "farm", new { mode = "service_add", name = "nuke" });
        Assert.That(new[] { _above, _one, _two }.Select(render => render.Offers("nuke")), Is.All.True);
        Assert.That((_above.Offers("maya"), _two.Offers("maya")), Is.EqualTo((true, false)));

        Act(_pool, "farm", new { mode = "service_disable", mask = "nu" });

        Assert.That(new[] { _above, _one, _two }.Select(render => render.Offers("nuke")), Is.EqualTo(new[] { true, false, false }));
    }

    [Test]
    public void Service_enable_service_remove_and_clear_services_undo_it()
    {
        Act(_pool, "farm", new { mode = "service_add", name = "nuke" });
        Act(_pool, "farm", new { mode = "service_disable", mask = "nuke" });
        Act(_pool, "farm", new { mode = "service_enable", mask = "nuke" });
        Assert.That(_one.Offers("nuke"), Is.True);

        Act(_pool, "farm", new { mode = "service_remove", mask = "nuke" });
        Assert.That(_pool.Settings.Services, Is.Empty);

        Act(_pool, "farm", new { mode = "service_add", name = "maya" });
        Act(_pool, "farm", new { mode = "clear_services" });
        Assert.That(_pool.Settings.Services, Is.Empty);
    }

    [Test]
    public void Tickets_are_shared_by_all_hosts_or_had_by_each()
    {
        Act(_pool, "tickets", new { name = "nuke", count = 5, max_hosts = 2 });
        Act(_pool, "tickets", new { name = "disk", count = 1, host = true });

        Assert.That(_pool.Settings.TicketsPool["nuke"], Is.EqualTo(new PoolTicket(5, 2)));
        Assert.That((_two.TicketsOfHost("disk"), _above.TicketsOfHost("disk")), Is.EqualTo(((int?)1, (int?)null)));
    }

    [Test]
    public void Tickets_of_minus_one_are_no_more()
    {
        Act(_pool, "tickets", new { name = "nuke", count = 5 });
        Act(_pool, "tickets", new { name = "nuke", count = -1 });

        Assert.That(_pool.Settings.TicketsPool, Is.Empty);
    }

    [Test]
    public void Heal_sick_heals_all_below()
    {
        _bench.Apply(new Change.RenderHealthRestored(_two.Id, ["anna"], true) { At = _bench.View.Now });
        _bench.Apply(new Change.RenderHealthRestored(_above.Id, ["anna"], true) { At = _bench.View.Now });

        Assert.That(Act(_pool, "heal_sick").Changed, Is.EqualTo(1));
        Assert.That((_above.IsSick, _two.IsSick), Is.EqualTo((true, false)));
    }

    [Test]
    public void Launch_cmd_and_exit_reach_all_below_that_are_connected()
    {
        _bench.Leave(_one);
        Assert.That(Act(_pool, "launch_cmd", new { cmd = "update" }).Changed, Is.EqualTo(1));
        Assert.That(Act(_pool, "exit").Changed, Is.EqualTo(1));

        var told = new[] { _bench.Report(_two), _bench.Report(_two) };
        Assert.That(told.Select(orders => orders?.Instruction), Is.EqualTo(new RenderInstruction?[] { RenderInstruction.Launch, RenderInstruction.Exit }));
        Assert.That(told[0]?.Command, Is.EqualTo("update"));
        Assert.That(_bench.Report(_above), Is.Null);
    }

    [Test]
    public void Eject_tasks_gives_back_the_tasks_of_all_below()
    {
        var job = _bench.Submit();
        var (above, below) = (_bench.Start(job, 0, _above), _bench.Start(job, 1, _two));

        Assert.That(Act(_pool, "eject_tasks").Changed, Is.EqualTo(1));
        Assert.That((above.Stop, below.Stop), Is.EqualTo(((StopCause?)null, (StopCause?)StopCause.Eject)));
    }

    [Test]
    public void Eject_tasks_asks_once_for_a_task_of_several_hosts()
    {
        _bench.StartUnheard(_bench.Submit(), 0, _one, _two);

        Assert.That(Act(_pool, "eject_tasks").Changed, Is.EqualTo(1));
        Assert.That(_bench.Farm.Running, Is.Empty);
    }

    [Test]
    public void Delete_renders_forgets_those_below_that_are_offline()
    {
        _bench.Leave(_two);
        _bench.Leave(_above);

        Act(_pool, "delete_renders");

        Assert.That(_bench.Farm.Renders.Values.Select(render => render.Name), Is.EquivalentTo(new[] { "win1", "lin1" }));
    }

    [Test]
    public void Set_counts_at_once_for_the_renders_below()
    {
        Act(_pool, "set", new { capacity_host = 700, sick_errors_count = 3 });

        Assert.That((_above.Capacity, _two.Capacity, _pool.Settings.SickErrorsCount), Is.EqualTo((10_000, 700, 3)));
        Assert.That(Decide(_pool, "set", new { pattern = "(" }).Answer.Problems.Single().Path, Is.EqualTo("params.pattern"));
    }

    [Test]
    public void An_operation_that_is_unknown_is_refused() => Assert.That(Decide(_pool, "explode").Answer.Problems.Single().Path, Is.EqualTo("operation"));

    [Test]
    public void Only_an_admin_acts_where_rights_are_enforced()
    {
        _bench.Enforce();
        Assert.That(Decide(_pool, "exit").Answer.IsForbidden, Is.True);
        _bench.AddUser("anna", new UserSettings { Role = UserRole.Admin });

        Assert.That(Decide(_pool, "exit").Answer.IsForbidden, Is.False);
    }

    private Decision<ActionAnswer> Decide(Pool pool, string operation, object? parameters = null) =>
        PoolRequests.Act(_bench.View, pool, EngineBench.Action(operation, parameters), EngineBench.Anna);

    private ActionAnswer Act(Pool pool, string operation, object? parameters = null)
    {
        var answer = _bench.Do(Decide(pool, operation, parameters));
        Assert.That(answer.Problems, Is.Empty);
        return answer;
    }

    private string Refusal(Pool pool, string operation)
    {
        var problem = Decide(pool, operation).Answer.Problems.Single();
        Assert.That(problem.Path, Is.Empty);
        return problem.Text;
    }
}
