using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

public sealed class RenderOperationTests
{
    private readonly EngineBench _bench = new();
    private readonly Render _render;

    public RenderOperationTests() => _render = _bench.Join("node1", new RenderRegister
    {
        InstanceId = "node1",
        UserName = "anna",
        Capacity = 10_000,
        HardwareAddresses = ["00:11:22:33:44:55"],
    });

    [TestCase("exit", ExpectedResult = RenderInstruction.Exit)]
    [TestCase("reboot", ExpectedResult = RenderInstruction.Reboot)]
    [TestCase("shutdown", ExpectedResult = RenderInstruction.Shutdown)]
    public RenderInstruction Exit_reboot_and_shutdown_go_to_the_agent_with_its_next_credit_and_no_task_does(string operation)
    {
        Assert.That(_bench.View.Solver.IsOnline(_render.Id), Is.True);

        Assert.That(Act(operation).Changed, Is.EqualTo(1));

        Assert.That(_bench.View.Solver.IsOnline(_render.Id), Is.False);
        return Told();
    }

    [Test]
    public void Exit_of_an_offline_render_is_refused()
    {
        _bench.Leave(_render);

        Assert.That(Refusal("exit"), Does.Contain("offline"));
    }

    [Test]
    public void Instructions_are_told_one_by_one_and_no_more_than_can_be_meant()
    {
        for (var i = 0; i < 8; i++) Assert.That(Act("launch_cmd", new { cmd = $"a{i}" }).Changed, Is.EqualTo(1));
        Assert.That(Refusal("launch_cmd", new { cmd = "b" }), Does.Contain("many instructions"));

        Assert.That(Enumerable.Range(0, 8).Select(_ => _bench.Report(_render)?.Command), Is.EqualTo(Enumerable.Range(0, 8).Select(i => $"a{i}")));
        Assert.That(_bench.Report(_render), Is.Null);
    }

    [Test]
    public void Launch_cmd_sends_the_command()
    {
        Act("launch_cmd", new { cmd = "xterm" });
        var orders = _bench.Report(_render);

        Assert.That((orders?.Instruction, orders?.Command), Is.EqualTo((RenderInstruction.Launch, "xterm")));
        Assert.That(_bench.View.Solver.IsOnline(_render.Id), Is.True);
        Assert.That(Problem("launch_cmd"), Is.EqualTo("params.cmd"));
    }

    [Test]
    public void Launch_cmd_with_exit_ends_the_agent_too()
    {
        Act("launch_cmd", new { cmd = "xterm", exit = true });

        Assert.That(Told(), Is.EqualTo(RenderInstruction.LaunchAndExit));
    }

    [Test]
    public void Wol_sleep_lets_the_machine_sleep()
    {
        Act("wol_sleep");

        Assert.That(Presence.Sleep, Is.EqualTo(RenderSleep.FallingAsleep));
        Assert.That(Told(), Is.EqualTo(RenderInstruction.Sleep));
        _bench.Leave(_render);
        Assert.That(Presence.Sleep, Is.EqualTo(RenderSleep.Asleep));
    }

    [Test]
    public void Wol_sleep_of_a_busy_render_is_refused()
    {
        _bench.Start(_bench.Submit(), 0, _render);

        Assert.That(Refusal("wol_sleep"), Does.Contain("running task"));
    }

    [Test]
    public void Wol_wake_submits_a_hidden_job_with_the_command_and_the_addresses()
    {
        _bench.View.WakeCommand = "wake --now @MACS@";
        _bench.Leave(_render);

        Act("wol_wake");

        var job = _bench.Farm.Jobs.Values.Single();
        Assert.That(job.Description.Hidden, Is.True);
        Assert.That(job.Blocks.Single().Description.Tasks.Single().Command, Is.EqualTo("wake --now 00:11:22:33:44:55"));
        Assert.That(Presence.Sleep, Is.EqualTo(RenderSleep.Waking));
    }

    [Test]
    public void Wol_wake_is_refused_when_awake_and_when_no_address_is_known()
    {
        Assert.That(Refusal("wol_wake"), Does.Contain("awake"));
        var bare = _bench.Join("bare", new RenderRegister { InstanceId = "bare", Capacity = 1, HardwareAddresses = ["$(reboot)", "00:11:22:33:44:55;x"] });
        _bench.Leave(bare);

        var answer = RenderSettingsRequests.Act(_bench.View, bare, EngineBench.Action("wol_wake"), EngineBench.Anna);

        Assert.That(answer.Answer.Problems.Single().Text, Does.Contain("No hardware address"), "and what is no address is not let into a command");
    }

    [Test]
    public void Eject_tasks_gives_all_back_without_an_error()
    {
        var job = _bench.Submit();
        var runs = new[] { _bench.Start(job, 0, _render), _bench.Start(job, 1, _render) };

        Assert.That(Act("eject_tasks").Changed, Is.EqualTo(2));
        Assert.That(runs.Select(run => run.Stop), Is.All.EqualTo(StopCause.Eject));
        _bench.End(runs[0], RunOutcome.Failed);

        Assert.That(job.Blocks[0].States.Of(0), Is.EqualTo(TaskState.Ready));
        Assert.That(job.Blocks[0].Find(0)?.Errors ?? 0, Is.Zero);
    }

    [Test]
    public void Eject_tasks_ends_a_run_at_once_that_the_render_has_not_heard_of()
    {
        var job = _bench.Submit();
        _bench.StartUnheard(job, 0, _render);

        Act("eject_tasks");

        Assert.That(_bench.Farm.Running, Is.Empty);
        Assert.That(job.Blocks[0].States.Of(0), Is.EqualTo(TaskState.Ready));
    }

    [Test]
    public void Eject_tasks_does_not_undo_what_a_person_wants_of_a_run()
    {
        var run = _bench.Start(_bench.Submit(), 0, _render);
        _bench.Apply(new Change.RunStopAsked(run.Id, StopCause.Skip) { At = _bench.View.Now });

        Assert.That(Act("eject_tasks").Changed, Is.Zero);
        Assert.That(run.Stop, Is.EqualTo(StopCause.Skip));
    }

    [Test]
    public void Eject_tasks_keep_my_leaves_the_tasks_of_the_machines_own_user()
    {
        var mine = _bench.Start(_bench.Submit("anna"), 0, _render);
        var other = _bench.Start(_bench.Submit("bert"), 0, _render);

        Act("eject_tasks_keep_my");

        Assert.That((mine.Stop, other.Stop), Is.EqualTo(((StopCause?)null, (StopCause?)StopCause.Eject)));
    }

    [Test]
    public void Delete_forgets_an_offline_render_only()
    {
        Assert.That(Refusal("delete"), Does.Contain("is connected"));
        var run = _bench.Start(_bench.Submit(), 0, _render);
        _bench.Leave(_render);
        Assert.That(Refusal("delete"), Does.Contain("running task"));
        _bench.Apply(new Change.RunEnded(run.Id, RunOutcome.RenderLost, -1, "") { At = _bench.View.Now });

        Act("delete");

        Assert.That(_bench.Farm.Renders, Is.Empty);
    }

    [Test]
    public void Heal_sick_makes_it_take_tasks_again()
    {
        _bench.Set(new PoolSettings { SickErrorsCount = 1 });
        _bench.End(_bench.Start(_bench.Submit(), 0, _render), RunOutcome.Failed);
        Assert.That(_render.IsSick, Is.True);

        Act("heal_sick");

        Assert.That(_render.IsSick, Is.False);
        Assert.That(Act("heal_sick").Changed, Is.Zero);
    }

    [Test]
    public void Service_add_allows_a_service()
    {
        Farm("service_add", name: "blender");

        Assert.That(_render.Settings.Services, Is.EqualTo(new[] { "blender" }));
        Assert.That((_render.Offers("blender"), _render.Offers("nuke")), Is.EqualTo((true, false)));
    }

    [Test]
    public void Service_disable_and_service_enable_take_names_that_begin_so()
    {
        Farm("service_add", name: "blender");
        Farm("service_add", name: "bliss");
        Farm("service_add", name: "nuke");

        Farm("service_disable", mask: "bl");
        Assert.That(_render.Settings.ServicesDisabled, Is.EqualTo(new[] { "blender", "bliss" }));
        Assert.That((_render.Offers("blender"), _render.Offers("nuke")), Is.EqualTo((false, true)));

        Farm("service_enable", mask: "bli");
        Assert.That((_render.Offers("blender"), _render.Offers("bliss")), Is.EqualTo((false, true)));
    }

    [Test]
    public void Service_disable_reaches_what_the_pool_above_allows()
    {
        _bench.Set(new PoolSettings { Services = ["blender"] });

        Farm("service_disable", mask: "blender");

        Assert.That(_render.Offers("blender"), Is.False);
    }

    [Test]
    public void Service_remove_takes_it_off_the_lists()
    {
        Farm("service_add", name: "blender");
        Farm("service_add", name: "nuke");

        Farm("service_remove", mask: "nuke|maya");

        Assert.That(_render.Settings.Services, Is.EqualTo(new[] { "blender" }));
        Assert.That(Problem("farm", new { mode = "service_remove", mask = "nuke" }), Is.EqualTo("params.mask"));
    }

    [Test]
    public void Clear_services_empties_the_lists()
    {
        Farm("service_add", name: "blender");
        Farm("service_disable", mask: "blender");

        Farm("clear_services");

        Assert.That(_render.Settings.Services.Concat(_render.Settings.ServicesDisabled), Is.Empty);
        Assert.That(Problem("farm", new { mode = "service_clear" }), Is.EqualTo("params.mode"));
    }

    [Test]
    public void Set_pool_takes_it_there_unless_it_is_busy()
    {
        var pool = _bench.AddPool("/lin");
        Assert.That(Refusal("set_pool", new { name = "/win" }), Does.Contain("no pool '/win'"));
        var run = _bench.Start(_bench.Submit(), 0, _render);
        Assert.That(Refusal("set_pool", new { name = "/lin" }), Does.Contain("busy"));
        _bench.End(run);

        Act("set_pool", new { name = "/lin" });

        Assert.That(_render.Pool, Is.SameAs(pool));
    }

    [Test]
    public void Reassign_pool_takes_it_where_its_name_belongs()
    {
        _bench.AddPool("/lin", new PoolSettings { Pattern = "NODE.*" });

        Act("reassign_pool");

        Assert.That(_render.Pool.Path, Is.EqualTo("/lin"));
        Assert.That(Act("reassign_pool").Changed, Is.Zero);
    }

    [Test]
    public void Tickets_are_of_the_host_and_minus_one_takes_them_away()
    {
        Act("tickets", new { name = "nuke", count = 2, host = true });
        Assert.That(_render.TicketsOfHost("nuke"), Is.EqualTo(2));
        Assert.That(Problem("tickets", new { name = "nuke", count = 2 }), Is.EqualTo("params.host"));

        Act("tickets", new { name = "nuke", count = -1, host = true });

        Assert.That(_render.TicketsOfHost("nuke"), Is.Null);
    }

    [Test]
    public void Set_changes_what_is_named_and_nothing_else()
    {
        Act("set", new { capacity_host = 500, annotation = "slow" });

        Assert.That((_render.Capacity, _render.Settings.Annotation, _render.Settings.UserName), Is.EqualTo((500, "slow", "anna")));
        Assert.That(Problem("set", new { priority = 300 }), Is.EqualTo("params.priority"));
    }

    [Test]
    public void Set_nimby_false_frees_it()
    {
        Act("set", new { NIMBY = true });
        Assert.That(_render.Settings.NimbyAll, Is.True);

        Act("set", new { nimby = false });

        Assert.That((_render.Settings.NimbyAll, _render.Settings.NimbyOthers), Is.EqualTo((false, false)));
    }

    [Test]
    public void An_operation_that_is_unknown_is_answered_with_those_that_are_known() => Assert.That(Problem("explode"), Is.EqualTo("operation"));

    [Test]
    public void Only_an_admin_acts_where_rights_are_enforced_and_anybody_on_the_nimby_of_the_own_machine()
    {
        _bench.Enforce("root");
        var bert = new Asker("bert", "");

        Assert.That(Act("set", new { nimby = true }).Changed, Is.EqualTo(1));
        Assert.That(Decide("set", new { nimby = true }, bert).Answer.IsForbidden, Is.True);
        Assert.That(Decide("set", new { nimby = true, priority = 1 }).Answer.IsForbidden, Is.True);
        Assert.That(Decide("exit").Answer.IsForbidden, Is.True);
        Assert.That(Decide("exit", null, new Asker("root", "")).Answer.IsForbidden, Is.False);
    }

    [Test]
    public void Every_operation_is_written_down_for_the_audit() =>
        Assert.That(Decide("set", new { priority = 1 }).Action, Is.EqualTo(new AfServer.Journaling.UserAction(_bench.View.Now, "anna", "desk", "set", "R1", "set")));

    private RenderPresence Presence => _bench.View.Presences.Of(_render);

    private RenderInstruction Told() => _bench.Report(_render)?.Instruction ?? RenderInstruction.None;

    private void Farm(string mode, string? name = null, string? mask = null) => Act("farm", name is not null ? new { mode, name } : mask is not null ? (object)new { mode, mask } : new { mode });

    private Decision<ActionAnswer> Decide(string operation, object? parameters = null, Asker? asker = null) =>
        RenderSettingsRequests.Act(_bench.View, _render, EngineBench.Action(operation, parameters), asker ?? EngineBench.Anna);

    private ActionAnswer Act(string operation, object? parameters = null)
    {
        var answer = _bench.Do(Decide(operation, parameters));
        Assert.That(answer.Problems, Is.Empty);
        return answer;
    }

    private string Refusal(string operation, object? parameters = null)
    {
        var problem = Decide(operation, parameters).Answer.Problems.Single();
        Assert.That(problem.Path, Is.Empty);
        return problem.Text;
    }

    private string Problem(string operation, object? parameters = null) => Decide(operation, parameters).Answer.Problems[0].Path;
}
