using System.Text.Json;
using System.Text.Json.Nodes;
using Afanasy.Model;
using static Afanasy.Tests.Model.AttributeRow;

namespace Afanasy.Tests.Model;

/// <summary>One case for each member that can be set of users, branches, pools and renders.</summary>
public sealed class SettingsJsonTests
{
    private static readonly string[] _work =
    [
        "priority=1", "annotation=\"a\"", "custom_data=\"{}\"", "hidden=true", "max_running_tasks=0", "max_running_tasks_per_host=2", "max_tasks_per_second=3",
        "min_running_tasks=4", "hosts_mask=\"n\"", "hosts_mask_exclude=\"w\"", "hosts_mask_type=\"find\"", "need_os=\"linux\"", "need_properties=\"ssd\"",
        "need_power=1", "need_memory=2", "need_hdd=3", "pools={\"/a\":-100}", "solve_method=\"solve_priority\"", "usage_half_life=60",
    ];

    private static readonly string[] _host =
    [
        "priority=1", "annotation=\"a\"", "custom_data=\"{}\"", "hidden=true", "paused=true", "capacity_host=2000", "max_tasks_host=0", "power_host=3",
        "properties_host=\"ssd\"", "services=[\"nuke\"]", "services_disabled=[\"maya\"]", "tickets_host={\"nuke\":0,\"maya\":-1}",
    ];

    private static readonly Node[] _nodes =
    [
        new("user",
            [
                .. _work, "solve_need=\"solve_tasksnum\"", "paused=true", "errors_retries=0", "errors_avoid_host=1", "errors_task_same_host=2", "errors_forgive_time=0",
                "jobs_life_time=60", "role=\"admin\"",
            ],
            json => Of(SettingsJson.Edit(new UserSettings(), json, "params"), SettingsJson.Write), SettingsJson.Write(new UserSettings())),
        new("branch",
            [.. _work.Where(member => !member.StartsWith("solve_method", StringComparison.Ordinal)), "solve_method=\"solve_order\"", "solve_need=\"solve_capacity\"", "paused=true", "create_childs=true", "solve_jobs=true", "budget_hours=100"],
            json => Of(SettingsJson.Edit(new BranchSettings(), json, "params"), SettingsJson.Write), SettingsJson.Write(new BranchSettings())),
        new("pool",
            [
                .. _host, "pattern=\"node.*\"", "tickets_pool={\"nuke\":[5,2]}", "heartbeat_sec=1", "resources_update_period=2", "zombie_time=60", "exit_no_task_time=1",
                "new_nimby=true", "new_paused=true", "sick_errors_count=3", "idle_wolsleep_time=4", "idle_free_time=5", "busy_nimby_time=6",
                "idle_cpu=1", "idle_mem=2", "idle_swp=3", "idle_hddgb=4", "idle_hddio=5", "idle_netmbs=6",
                "busy_cpu=1", "busy_mem=2", "busy_swp=3", "busy_hddgb=4", "busy_hddio=5", "busy_netmbs=6",
            ],
            json => Of(SettingsJson.Edit(new PoolSettings(), json, "params"), SettingsJson.Write), SettingsJson.Write(new PoolSettings())),
        new("render",
            [.. _host, "user_name=\"u\"", "nimby=true", "NIMBY=true"],
            json => Of(SettingsJson.Edit(new RenderSettings(), json, "params"), SettingsJson.Write), SettingsJson.Write(new RenderSettings())),
    ];

    private static IEnumerable<TestCaseData> Members() =>
        from node in _nodes
        from member in node.Members
        let name = member[..member.IndexOf('=', StringComparison.Ordinal)]
        select new TestCaseData(node.Kind, name, member[(name.Length + 1)..]).SetName($"{{m}}: {node.Kind} {name}");

    private static IEnumerable<string> Kinds() => _nodes.Select(node => node.Kind);

    [TestCaseSource(nameof(Kinds))]
    public void Every_member_that_is_written_can_be_set(string kind)
    {
        var node = NodeOf(kind);

        Assert.That(node.Usual.Select(member => member.Key), Is.EquivalentTo(node.Members.Select(member => member[..member.IndexOf('=', StringComparison.Ordinal)])));
        Assert.That(node.Edit(Parsed(node.Usual.ToJsonString())).Problems, Is.Empty, "what is shown may be sent back");
    }

    [TestCaseSource(nameof(Members))]
    public void An_edit_changes_it_and_nothing_else(string kind, string name, string value)
    {
        var usual = NodeOf(kind).Usual.ToJsonString();
        var (written, problems) = NodeOf(kind).Edit(Parsed($"{{\"{name}\":{value}}}"));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Member(written, name), Is.EqualTo(Compact(value)).And.Not.EqualTo(Member(usual, name)));
        Assert.That(Without(written, name), Is.EqualTo(Without(usual, name)));
    }

    [TestCaseSource(nameof(Members))]
    public void Another_type_is_a_problem_with_its_path(string kind, string name, string value)
    {
        var (written, problems) = NodeOf(kind).Edit(Parsed($"{{\"{name}\":{new AttributeRow(name, value, Given.AtAnyTime).Mistyped}}}"));

        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems.Select(problem => problem.Path), Has.All.StartsWith($"params.{name}"));
        Assert.That(Without(written, name), Is.EqualTo(Without(NodeOf(kind).Usual.ToJsonString(), name)));
    }

    [TestCaseSource(nameof(Kinds))]
    public void What_cannot_be_set_is_a_problem(string kind)
    {
        Assert.That(Texts(NodeOf(kind).Edit(Parsed("""{"name":"x"}""")).Problems), Is.EqualTo(new[] { "params.name: is given by the server" }));
        Assert.That(Texts(NodeOf(kind).Edit(Parsed("""{"prority":1}""")).Problems), Is.EqualTo(new[] { "params.prority: unknown field; did you mean priority?" }));
    }

    [TestCase("user", "{\"errors_retries\":128}", "errors_retries: must be 0 to 127, was 128")]
    [TestCase("user", "{\"errors_forgive_time\":-1}", "errors_forgive_time: must be at least 0 (never), was -1")]
    [TestCase("user", "{\"jobs_life_time\":-1}", "jobs_life_time: must be at least 0 (for ever), was -1")]
    [TestCase("user", "{\"max_tasks_per_second\":10001}", "max_tasks_per_second: must be -1 (no limit) to 10000, was 10001")]
    [TestCase("user", "{\"role\":\"god\"}", "role: must be user or coordinator or admin, was the text \"god\"")]
    [TestCase("branch", "{\"budget_hours\":-2}", "budget_hours: must be at least -1 (no budget), was -2")]
    [TestCase("branch", "{\"usage_half_life\":-1}", "usage_half_life: must be 0 to 31622400, was -1")]
    [TestCase("branch", "{\"hosts_mask\":\"[\",\"hosts_mask_type\":\"regex\"}", "hosts_mask: is not a regular expression that can be used")]
    [TestCase("pool", "{\"pattern\":\"(\"}", "pattern: is not a regular expression that can be used")]
    [TestCase("pool", "{\"zombie_time\":4}", "zombie_time: must be at least 5, or -1 (what the server has set), was 4")]
    [TestCase("pool", "{\"heartbeat_sec\":0}", "heartbeat_sec: must be at least 1, or -1 (what the server has set), was 0")]
    [TestCase("pool", "{\"busy_cpu\":101}", "busy_cpu: must be -1 (off) to 100, was 101")]
    [TestCase("pool", "{\"idle_netmbs\":-2}", "idle_netmbs: must be at least -1 (off), was -2")]
    [TestCase("pool", "{\"tickets_pool\":{\"a\":[1]}}", "tickets_pool.a: must be a count, or a list of the count and the most hosts, was a list")]
    [TestCase("pool", "{\"tickets_pool\":{\"a\":[-2,1]}}", "tickets_pool.a[0]: must be -1 (only counted) to 1000000, was -2")]
    [TestCase("pool", "{\"tickets_pool\":{\"a\":[1,\"x\"]}}", "tickets_pool.a[1]: must be a whole number, was the text \"x\"")]
    [TestCase("render", "{\"priority\":256}", "priority: must be 0 to 255, was 256")]
    [TestCase("render", "{\"services\":[\"\"]}", "services: holds an empty name")]
    [TestCase("render", "{\"tickets_host\":{\"a\":-2}}", "tickets_host.a: must be -1 (only counted) to 1000000, was -2")]
    [TestCase("render", "{\"max_tasks_host\":-2}", "max_tasks_host: must be -1 (the pool's) to 10000, was -2")]
    public void What_makes_no_sense_is_refused(string kind, string json, string problem) =>
        Assert.That(Texts(NodeOf(kind).Edit(Parsed(json)).Problems).Single(), Does.StartWith("params." + problem));

    [TestCase("{\"nimby\":true}", false, false, true, false)]
    [TestCase("{\"nimby\":true}", false, true, true, false)]
    [TestCase("{\"NIMBY\":true}", true, false, false, true)]
    [TestCase("{\"nimby\":false}", false, true, false, false)]
    [TestCase("{\"NIMBY\":false}", true, false, false, false)]
    [TestCase("{\"nimby\":true,\"NIMBY\":false}", false, true, true, false)]
    [TestCase("{\"nimby\":true,\"NIMBY\":true}", false, false, false, true)]
    [TestCase("{\"priority\":1}", true, false, true, false)]
    public void A_nimby_is_one_of_two_or_none(string json, bool others, bool all, bool othersThen, bool allThen)
    {
        var (render, problems) = SettingsJson.Edit(new RenderSettings { NimbyOthers = others, NimbyAll = all }, Parsed(json));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That((render.NimbyOthers, render.NimbyAll), Is.EqualTo((othersThen, allThen)));
    }

    [Test]
    public void Tickets_are_merged_by_name_and_null_takes_a_name_away()
    {
        var now = new PoolSettings
        {
            TicketsPool = new Dictionary<string, PoolTicket> { ["a"] = new(1), ["b"] = new(2, 3) },
            TicketsHost = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 },
        };

        var (pool, problems) = SettingsJson.Edit(now, Parsed("""{"tickets_pool":{"a":null,"c":4,"d":[0,-1]},"tickets_host":{"b":null,"c":0}}"""));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(pool.TicketsPool, Is.EquivalentTo(new Dictionary<string, PoolTicket> { ["b"] = new(2, 3), ["c"] = new(4), ["d"] = new(0) }));
        Assert.That(pool.TicketsHost, Is.EquivalentTo(new Dictionary<string, int> { ["a"] = 1, ["c"] = 0 }));
    }

    [Test]
    public void An_edit_that_lacks_a_member_leaves_it_alone()
    {
        var (user, _) = SettingsJson.Edit(new UserSettings { Hidden = true, Paused = true, Role = UserRole.Admin }, Parsed("""{"priority":5}"""));
        var (pool, _) = SettingsJson.Edit(new PoolSettings { Idle = new() { Cpu = 7 }, Services = ["a"] }, Parsed("""{"idle_mem":5}"""));

        Assert.That((user.Hidden, user.Paused, user.Role, user.SolveNeed), Is.EqualTo((true, true, UserRole.Admin, SolveNeed.Capacity)));
        Assert.That((pool.Idle.Cpu, pool.Idle.Mem), Is.EqualTo((7, 5)));
        Assert.That(pool.Services, Is.EqualTo(new[] { "a" }));
    }

    private static Node NodeOf(string kind) => _nodes.Single(node => node.Kind == kind);

    private static (string Written, IReadOnlyList<FieldProblem> Problems) Of<T>((T Settings, IReadOnlyList<FieldProblem> Problems) edited, Func<T, JsonObject> write) =>
        (write(edited.Settings).ToJsonString(), edited.Problems);

    private sealed record Node(string Kind, string[] Members, Func<JsonElement, (string Written, IReadOnlyList<FieldProblem> Problems)> Edit, JsonObject Usual);
}
