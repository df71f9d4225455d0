using System.Reflection;
using System.Text.Json.Nodes;
using Afanasy.Model;
using Afanasy.Tests.Engine;

namespace Afanasy.Tests.Solving;

/// <summary>
/// Every attribute that anybody can say has a test of its effect, which bears its name: a case of <c>fixtures</c> ("priority of a
/// job: …"), or a test method ("Task_max_run_time_…").
/// </summary>
public sealed class AttributeRowTests
{
    private const string Label = "is a label that people read";
    private const string OnRender = "has its effect on the render: see the tests of afrender";

    /// <summary>What decides nothing in the farm, and why.</summary>
    private static readonly Dictionary<string, string> _withoutEffect = new()
    {
        ["annotation"] = Label,
        ["custom_data"] = Label,
        ["description"] = Label,
        ["hidden"] = "is left out of lists by who shows them",
        ["host_name"] = Label,
        ["department"] = Label,
        ["folders"] = Label,
        ["srv_info"] = Label,
        ["time_creation"] = Label,
        ["name of a job"] = Label,
        ["name of a block"] = "is what masks and edges look for",
        ["user_name of a job"] = "is whose job it is: every case with two users",
        ["blocks of a job"] = "is the job itself",
        ["solve_method of a job"] = "orders what is below, and nothing is below a job",
        ["solve_need of a job"] = "orders what is below, and nothing is below a job",
        ["usage_half_life of a job"] = "orders what is below, and nothing is below a job",
        ["hosts_mask_type of a branch"] = "is the job's or the user's",
        ["parser"] = OnRender,
        ["parser_coeff"] = OnRender,
        ["tasks_name"] = "names tasks on every door: see the tests of task names",
        ["command of a block"] = OnRender,
        ["command of a task"] = OnRender,
        ["name of a task"] = Label,
        ["working_directory"] = OnRender,
        ["environment"] = OnRender,
        ["files"] = OnRender,
        ["file_size_min"] = OnRender,
        ["file_size_max"] = OnRender,
        ["multihost_service"] = OnRender,
        ["multihost_service_wait"] = OnRender,
        ["command_pre of a block"] = OnRender,
        ["command_post of a block"] = OnRender,
        ["idle_hddio"] = "is a mark of something that no render measures yet",
        ["busy_hddio"] = "is a mark of something that no render measures yet",
    };

    /// <summary>Tests of several attributes at once, which bear another name.</summary>
    private static readonly Dictionary<string, string> _testedBy = new()
    {
        ["role of a user"] = nameof(RightsTests.A_user_acts_on_own_jobs_and_a_coordinator_on_all),
        ["command_pre of a job"] = nameof(SubmitRequestsTests.A_pre_command_is_a_hidden_job_of_the_farm_that_its_job_waits_for),
        ["command_post of a job"] = nameof(SubmitRequestsTests.A_post_command_is_a_job_of_the_farm_when_its_job_goes),
        ["pattern of a pool"] = nameof(PoolPlacementTests.A_new_render_goes_to_the_pool_of_its_name),
        ["new_paused of a pool"] = nameof(PoolPlacementTests.New_nimby_and_new_paused_of_a_pool_above_are_what_it_starts_with),
        ["heartbeat_sec of a pool"] = nameof(RenderReportTests.The_rhythm_of_the_pool_reaches_the_render_at_once_and_once),
        ["resources_update_period of a pool"] = nameof(RenderReportTests.The_rhythm_of_the_pool_reaches_the_render_at_once_and_once),
        ["busy_cpu of a pool"] = nameof(RenderAutomationTests.Busy_nimby_time_above_a_mark_makes_a_free_render_NIMBY),
        ["busy_mem of a pool"] = nameof(RenderAutomationTests.Busy_nimby_time_above_a_mark_makes_a_free_render_NIMBY),
        ["busy_swp of a pool"] = nameof(RenderAutomationTests.Busy_nimby_time_above_a_mark_makes_a_free_render_NIMBY),
        ["busy_hddgb of a pool"] = nameof(RenderAutomationTests.Busy_nimby_time_above_a_mark_makes_a_free_render_NIMBY),
        ["busy_netmbs of a pool"] = nameof(RenderAutomationTests.Busy_nimby_time_above_a_mark_makes_a_free_render_NIMBY),
        ["idle_cpu of a pool"] = nameof(IdleMarkTests.A_mark_keeps_a_nimby_as_long_as_it_is_overstepped),
        ["idle_mem of a pool"] = nameof(IdleMarkTests.A_mark_keeps_a_nimby_as_long_as_it_is_overstepped),
        ["idle_swp of a pool"] = nameof(IdleMarkTests.A_mark_keeps_a_nimby_as_long_as_it_is_overstepped),
        ["idle_hddgb of a pool"] = nameof(IdleMarkTests.A_mark_keeps_a_nimby_as_long_as_it_is_overstepped),
        ["idle_netmbs of a pool"] = nameof(IdleMarkTests.A_mark_keeps_a_nimby_as_long_as_it_is_overstepped),
    };

    private static readonly (string Of, string Json)[] _written =
    [
        ("job", JobJson.Write(new JobDescription())),
        ("block", BlockOf(JobJson.Write(new JobDescription { Blocks = [new() { CapacityCoeffMin = 1, CapacityCoeffMax = 2, Tasks = [new()] }] })).ToJsonString()),
        ("task", BlockOf(JobJson.Write(new JobDescription { Blocks = [new() { Tasks = [new()] }] }))["tasks"]![0]!.ToJsonString()),   // one block with one task
        ("user", SettingsJson.Write(new UserSettings()).ToJsonString()),
        ("branch", SettingsJson.Write(new BranchSettings()).ToJsonString()),
        ("pool", SettingsJson.Write(new PoolSettings()).ToJsonString()),
        ("render", SettingsJson.Write(new RenderSettings()).ToJsonString()),
    ];

    private static readonly IReadOnlyList<string> _methods = [.. typeof(AttributeRowTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttributes().Any(attribute => attribute is TestAttribute or TestCaseAttribute or TestCaseSourceAttribute))
        .Select(method => method.Name)];

    private static IEnumerable<TestCaseData> Attributes() =>
        from written in _written
        from name in JsonNode.Parse(written.Json)!.AsObject().Select(member => member.Key)   // an object
        let row = $"{name} of a {written.Of}"
        where !_withoutEffect.ContainsKey(name) && !_withoutEffect.ContainsKey(row) && !_testedBy.ContainsKey(row)
        select new TestCaseData(name, written.Of).SetArgDisplayNames(row);

    [TestCaseSource(nameof(Attributes))]
    public void Has_a_test_of_its_effect(string name, string of)
    {
        var cases = SolvingCase.All.SelectMany(table => table.Rows).Contains((of, name));

        Assert.That(cases || _methods.Any(method => method.StartsWith($"{name}_", StringComparison.OrdinalIgnoreCase)), Is.True,
            $"no case is titled '{name} of a {of}: …', and no test method begins with '{name}_'");
    }

    [Test]
    public void Every_case_names_an_attribute_that_is_there()
    {
        var known = _written.SelectMany(written => JsonNode.Parse(written.Json)!.AsObject().Select(member => (written.Of, member.Key))).ToHashSet();   // an object

        Assert.That(SolvingCase.All.SelectMany(table => table.Rows).Where(row => !known.Contains(row)), Is.Empty);
    }

    [Test]
    public void What_is_listed_here_is_there()
    {
        var known = _written.SelectMany(written => JsonNode.Parse(written.Json)!.AsObject().SelectMany(member => new[] { member.Key, $"{member.Key} of a {written.Of}" }));   // an object

        Assert.That(_withoutEffect.Keys.Concat(_testedBy.Keys), Is.SubsetOf(known));
    }

    private static JsonObject BlockOf(string job) => JsonNode.Parse(job)!["blocks"]![0]!.AsObject();   // the job has one block
}
