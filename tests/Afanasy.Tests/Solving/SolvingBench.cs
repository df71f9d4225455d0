using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Afanasy.Model;
using Afanasy.Tests.Engine;
using AfServer.Engine;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Tests.Solving;

/// <summary>Plays the lines of a case on a real farm, by the requests that people make, the rules of time, and the solver.</summary>
internal sealed partial class SolvingBench
{
    private static readonly Asker _people = new("anna", "desk");

    private readonly RequestBench _bench = new();
    private readonly Dictionary<string, Job> _jobs = [];
    private readonly List<string> _makingRoom = [];

    private Farm Farm => _bench.Farm;

    private FarmView View => _bench.View;

    public void Play(SolvingCase table)
    {
        foreach (var line in table.Lines) Play(line);
        Assert.That(_makingRoom, Is.Empty, "runs that were told to make room and that no line speaks of");
    }

    private void Play(CaseLine line)
    {
        switch (line.Verb)
        {
            case "render": SetRender(new Attributes(line.Rest)); break;
            case "pool": SetPool(new Attributes(line.Rest)); break;
            case "branch": SetBranch(new Attributes(line.Rest)); break;
            case "user": SetUser(new Attributes(line.Rest)); break;
            case "job": Submit(line.Rest); break;
            case "online" or "offline": View.Solver.SetOnline(RenderOf(line.Rest), line.Verb == "online"); break;
            case "heal": Apply(new Change.RenderHealed(RenderOf(line.Rest).Id) { At = View.Now }); break;
            case "ends": End(line.Rest); break;
            case "passed": Pass(line.Rest); break;
            case "order": Apply(new Change.JobsOrdered([.. line.Rest.Split(' ').Select((name, at) => (JobOf(name).Id, (long)at))]) { At = View.Now }); break;
            case "wait": Wait(TimeSpan.FromSeconds(int.Parse(line.Rest.TrimEnd('s')))); break;
            case ">": Assert.That(Solve(), Is.EqualTo(line.Rest), line.ToString()); break;
            case "?": Explain(line); break;
            case "=": CheckStates(line); break;
            case "grants": CheckGrant(line); break;
            case "lands": CheckPlace(line); break;
            case "room": CheckRoom(line); break;
            default: Operate(line); break;
        }
    }

    private void SetRender(Attributes said)
    {
        var render = Farm.FindRender(said.Name);
        var isNew = render is null;
        var offer = (render?.Offer ?? new RenderOffer { Capacity = 1000 }) with { HostName = said.Name };
        offer = offer with
        {
            Capacity = said.Take("capacity", offer.Capacity),
            MaxTasks = said.Take("slots", offer.MaxTasks),
            Cores = said.Take("cores", offer.Cores),
            CpuMegahertz = said.Take("mhz", offer.CpuMegahertz),
            MemoryMegabytes = said.Take("memory", offer.MemoryMegabytes),
            DiskGigabytes = said.Take("disk", offer.DiskGigabytes),
            OperatingSystem = said.Take("os", offer.OperatingSystem),
            Services = said.Members.ContainsKey("offers") ? said.TakeList<string>("offers") : offer.Services,
            GpuMegabytes = said.Members.ContainsKey("gpus") ? said.TakeList<int>("gpus") : offer.GpuMegabytes,
        };
        var id = render?.Id ?? Farm.NextRender;
        Apply(new Change.RenderRegistered(id, said.Name, offer) { At = View.Now });
        render = Farm.Renders[id];
        var pool = said.Take("pool", render.Pool.Path);
        Apply(new Change.RenderSet(id, pool, Edited(SettingsJson.Edit(render.Settings, Json(said)))) { At = View.Now });
        if (isNew) View.Solver.SetOnline(render, !said.Bare.Contains("offline"));
    }

    private void SetPool(Attributes said)
    {
        foreach (var path in Above(said.Name).Where(path => !Farm.Pools.ContainsKey(path))) Apply(new Change.PoolSet(path, new PoolSettings()) { At = View.Now });
        var now = Farm.Pools.TryGetValue(said.Name, out var known) ? known.Settings : new PoolSettings();
        Apply(new Change.PoolSet(said.Name, Edited(SettingsJson.Edit(now, Json(said)))) { At = View.Now });
    }

    private void SetBranch(Attributes said)
    {
        foreach (var path in Above(said.Name).Where(path => !Farm.Branches.ContainsKey(path))) Apply(new Change.BranchSet(path, new BranchSettings()) { At = View.Now });
        var now = Farm.Branches.TryGetValue(said.Name, out var known) ? known.Settings : new BranchSettings();
        Apply(new Change.BranchSet(said.Name, Edited(SettingsJson.Edit(now, Json(said)))) { At = View.Now });
    }

    private void SetUser(Attributes said)
    {
        var now = Farm.Users.TryGetValue(said.Name, out var known) ? known.Settings : new UserSettings();
        Apply(new Change.UserSet(said.Name, Edited(SettingsJson.Edit(now, Json(said)))) { At = View.Now });
    }

    /// <summary>"job NAME … | block … | block …"; a block is a range of "frames" unless it lists "tasks".</summary>
    private void Submit(string text)
    {
        var parts = text.Split('|', StringSplitOptions.TrimEntries);
        var said = new Attributes(parts[0]);
        var job = said.Members;
        job["name"] = said.Name;
        job.TryAdd("user_name", "anna");
        job["blocks"] = new JsonArray([.. parts.Skip(1).DefaultIfEmpty("a").Select(part => (JsonNode)Block(new Attributes(part)))]);
        var (description, problems) = JobJson.Read(Json(said));
        Assert.That(problems, Is.Empty);
        _bench.Submitted(description);
    }

    private static JsonObject Block(Attributes said)
    {
        var block = said.Members;
        block["name"] = said.Name.Length > 0 ? said.Name : "a";
        block.TryAdd("command", "render @#@");
        if (block["tasks"] is JsonArray listed)
            block["tasks"] = new JsonArray([.. listed.Select(task => task is JsonObject whole ? whole.DeepClone() : new JsonObject { ["name"] = task!.DeepClone() })]);   // written in the case, never null
        else if (!block.ContainsKey("frame_last"))
            (block["frame_first"], block["frame_last"]) = (1, said.Take("frames", 1));
        return block;
    }

    private void End(string text)
    {
        var (target, words) = (text.Split(' ')[0], text[(text.IndexOf(' ') + 1)..]);
        var outcome = Enum.GetValues<RunOutcome>().Single(outcome => outcome.Word() == words);
        Apply(RunStops.End(RunOf(target), outcome, outcome == RunOutcome.Done ? 0 : 1, "", View.Now - RunOf(target).Started, View.Now));
    }

    private void Pass(string text)
    {
        var words = text.Split(' ');
        Apply(new Change.FramesPassed(RunOf(words[0]).Id, long.Parse(words[1])) { At = View.Now });
    }

    /// <summary>Time goes by in steps of a second, as the clock of the farm ticks.</summary>
    private void Wait(TimeSpan time)
    {
        for (var second = TimeSpan.Zero; second < time; second += TimeSpan.FromSeconds(1))
        {
            View.Now += TimeSpan.FromSeconds(1);
            View.Uptime += TimeSpan.FromSeconds(1);
            var tick = new ClockTick(View);
            TimeRules.Apply(tick);
            foreach (var change in tick.Changes) Apply(change);
            Refresh();
            foreach (var change in View.Solver.Tick(View.Now))
            {
                if (change is Change.RunPreempted told) _makingRoom.Add(NameOf(told.Run.TaskId));
                Apply(change);
            }
        }
    }

    /// <summary>Solves and starts until nothing more can.</summary>
    private string Solve()
    {
        Refresh();
        var started = new List<string>();
        while (View.Solver.Next(View.Now) is { } next)
        {
            Apply(new Change.RunStarted(next.Run, next.Render) { At = View.Now, Grant = next.Grant });
            var run = Farm.Running[next.Run];
            View.Solver.Follow(run);
            Refresh();
            var with = run.Helpers.Count > 0 ? $" with {string.Join(' ', run.Helpers.Select(helper => helper.Name))}" : "";
            started.Add($"{NameOf(next.Run.TaskId)} on {run.Render.Name}{with}");
        }

        return started.Count > 0 ? string.Join(", ", started) : "nothing";
    }

    private void Operate(CaseLine line)
    {
        Assert.That(JobOperationNames.TryParse(line.Verb, out var operation), Is.True, $"{line}: no such verb");
        var said = new Attributes(line.Rest);
        var (job, block, task) = Target(said.Name);
        var action = new JobAction(operation)
        {
            Params = said.IsEmpty ? default : Json(said),
            Blocks = block is null ? [] : [block.Number],
            Tasks = task is null ? [] : [task.Value],
        };
        var decision = JobRequests.Act(View, job, action, _people);
        Assert.That(decision.Answer.Problems, Is.Empty, line.ToString());
        foreach (var change in decision.Changes) Apply(change);
    }

    private void Explain(CaseLine line)
    {
        Refresh();
        var cut = line.Rest.IndexOf(": ", StringComparison.Ordinal);
        var (subject, expected) = (line.Rest[..cut], line.Rest[(cut + 2)..]);
        var why = new WhyNot(Farm, View.Solver, View.Now);
        Assert.That(Explanation(why, subject).Reason ?? "-", Is.EqualTo(expected), line.ToString());
    }

    private Explanation Explanation(WhyNot why, string subject)
    {
        if (subject.StartsWith("render ", StringComparison.Ordinal)) return why.Explain(RenderOf(subject["render ".Length..]));
        var (job, block, task) = Target(subject);
        return task is { } number ? why.Explain(block ?? job.Blocks[0], number) : block is not null ? why.Explain(block) : why.Explain(job);
    }

    private void CheckStates(CaseLine line)
    {
        var parts = line.Rest.Split(": ");
        var (job, block, _) = Target(parts[0]);
        var states = block is null ? Model.TestFarm.States(job) : Model.TestFarm.States(block);
        Assert.That(Farm.Jobs.ContainsKey(job.Id) ? states : "gone", Is.EqualTo(parts[1]), line.ToString());
    }

    private void CheckGrant(CaseLine line)
    {
        var parts = line.Rest.Split(": ");
        var grant = RunOf(parts[0]).Grant;
        var said = new List<string> { $"capacity {grant.Capacity}" };
        if (grant.Coefficient > 0) said.Add($"coefficient {grant.Coefficient}");
        if (grant.MemoryMegabytes > 0) said.Add($"memory {grant.MemoryMegabytes}");
        if (grant.Cores > 0) said.Add($"cores {grant.Cores}");
        if (grant.DiskGigabytes > 0) said.Add($"disk {grant.DiskGigabytes}");
        if (grant.Gpus.Count > 0) said.Add($"gpus {string.Join(' ', grant.Gpus)}");
        if (grant.SharedGpu >= 0) said.Add($"{grant.GpuMegabytes} of gpu {grant.SharedGpu}");
        said.AddRange(grant.Tickets.Select(ticket => $"{ticket.Count} {ticket.Name}"));
        Assert.That(string.Join(", ", said), Is.EqualTo(parts[1]), line.ToString());
    }

    private void CheckPlace(CaseLine line)
    {
        var parts = line.Rest.Split(": ");
        Assert.That(JobOf(parts[0]).Branch.Path, Is.EqualTo(parts[1]), line.ToString());
    }

    private void CheckRoom(CaseLine line)
    {
        Assert.That(_makingRoom.Count > 0 ? string.Join(", ", _makingRoom) : "nobody", Is.EqualTo(line.Rest), line.ToString());
        _makingRoom.Clear();
    }

    private void Apply(Change change) => Farm.Apply(change);

    private void Refresh()
    {
        View.Solver.Refresh(Farm.Touches, View.Now);
        Farm.Touches.Clear();
    }

    private Render RenderOf(string name) => Farm.FindRender(name) ?? throw new ArgumentException($"no render '{name}'");

    private Job JobOf(string name) => _jobs.TryGetValue(name, out var known) ? known : _jobs[name] = Farm.FindJobs(name).Single();

    private TaskRun RunOf(string target)
    {
        var (job, block, task) = Target(target);
        return (block ?? job.Blocks[0]).Find(task ?? 0)?.Run ?? throw new ArgumentException($"{target} does not run");
    }

    /// <summary>"job", "job.block", "job[3]" of a job of one block, "job.block[3]".</summary>
    private (Job Job, Block? Block, int? Task) Target(string text)
    {
        var match = TargetPattern().Match(text);
        Assert.That(match.Success, Is.True, $"'{text}' names no job, block or task");
        var job = JobOf(match.Groups[1].Value);
        int? task = match.Groups[3].Success ? int.Parse(match.Groups[3].Value) : null;
        var block = match.Groups[2].Success ? job.Blocks.Single(block => block.Description.Name == match.Groups[2].Value) : task is null ? null : job.Blocks[0];
        return (job, block, task);
    }

    private string NameOf(TaskId task)
    {
        var job = Farm.Jobs[task.Job];
        var block = job.Blocks.Count > 1 ? $".{job.Blocks[task.Block].Description.Name}" : "";
        return $"{job.Description.Name}{block}[{task.Task}]";
    }

    private static IEnumerable<string> Above(string path) =>
        Enumerable.Range(1, path.Length - 1).Where(at => path[at] == '/').Select(at => path[..at]);

    private static T Edited<T>((T Settings, IReadOnlyList<FieldProblem> Problems) edit)
    {
        Assert.That(edit.Problems, Is.Empty);
        return edit.Settings;
    }

    private static JsonElement Json(Attributes said) => JsonSerializer.SerializeToElement(said.Members);

    [GeneratedRegex(@"^([\w-]+)(?:\.(\w+))?(?:\[(\d+)\])?$")]
    private static partial Regex TargetPattern();
}
