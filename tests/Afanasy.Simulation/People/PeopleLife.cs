using System.Text.Json;
using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Simulation.People;

/// <summary>What people do on a day: submit, stop, restart, edit, move, and set the farm's limits.</summary>
internal sealed class PeopleLife(SimulatedFarm farm, Random random)
{
    private const int JobsMost = 10;

    private static readonly Asker _asker = new("anna", "desk");
    private static readonly JobOperation[] _operations = [.. Enum.GetValues<JobOperation>().Where(TaskMarking.Knows)];

    private readonly AnyJob _jobs = new(farm, random);
    private readonly AnySettings _settings = new(farm, random);

    /// <summary>One thing that somebody does.</summary>
    public void Act()
    {
        switch (random.Next(100))
        {
            case < 18: Submit(); break;
            case < 48: ActOnTasks(); break;
            case < 60: ActOnJob(); break;
            case < 70: Edit(); break;
            case < 74: Append(); break;
            case < 77: TryNext(); break;
            case < 80: Move(); break;
            case < 88: ActOnRender(); break;
            case < 92: ActOnPool(); break;
            case < 96: ActOnBranch(); break;
            default: ActOnUser(); break;
        }
    }

    public void Act(JobId id, JobAction action) => farm.Ask(view => view.Farm.Jobs.TryGetValue(id, out var job)
        ? JobRequests.Act(view, job, action, _asker)
        : new Decision<ActionAnswer>(new ActionAnswer(0, "", [])));

    public void On(Render render, NodeAction action)
    {
        var id = render.Id;
        farm.Ask(view => view.Farm.Renders.TryGetValue(id, out var found) ? RenderSettingsRequests.Act(view, found, action, _asker) : Nothing());
    }

    public void On(Pool pool, NodeAction action)
    {
        var path = pool.Path;
        farm.Ask(view => view.Farm.Pools.TryGetValue(path, out var found) ? PoolRequests.Act(view, found, action, _asker) : Nothing());
    }

    public void On(Branch branch, NodeAction action)
    {
        var path = branch.Path;
        farm.Ask(view => view.Farm.Branches.TryGetValue(path, out var found) ? BranchRequests.Act(view, found, action, _asker) : Nothing());
    }

    public void On(User user, NodeAction action)
    {
        var name = user.Name;
        farm.Ask(view => view.Farm.Users.TryGetValue(name, out var found) ? UserRequests.Act(view, found, action, _asker) : Nothing());
    }

    private static Decision<ActionAnswer> Nothing() => new(new ActionAnswer(0, "", []));

    private Job? AnyExisting() => farm.Farm.Jobs.Count == 0 ? null : random.OneOf([.. farm.Farm.Jobs.Values.OrderBy(job => job.Id)]);

    private void Submit()
    {
        if (farm.Farm.Jobs.Count >= JobsMost) return;
        var job = _jobs.Next();
        farm.Ask(view => SubmitRequests.Submit(view, job, _asker));
    }

    private void ActOnTasks()
    {
        if (AnyExisting() is not { } job) return;
        var block = random.OneOf(job.Blocks);
        var operation = random.OnceIn(3) ? JobOperation.Continue : random.OneOf(_operations);
        var action = new JobAction(operation) { AffectDepends = random.OnceIn(4) };
        Act(job.Id, random.Next(6) switch
        {
            0 => action,
            1 => action with { Blocks = [block.Number] },
            2 => action with { BlockMask = block.Description.Name },
            _ => action with { Blocks = [block.Number], Tasks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(block.States.Size))] },
        });
    }

    private void ActOnJob()
    {
        if (AnyExisting() is not { } job) return;
        var operation = random.Next(8) switch
        {
            0 => JobOperation.Delete,
            1 => JobOperation.Pause,
            2 => JobOperation.Stop,
            3 => JobOperation.RestartPause,
            4 => JobOperation.ResetErrorHosts,
            _ => JobOperation.Start,
        };
        if (operation == JobOperation.Delete && job.State != JobState.Done && random.Next(3) > 0) return;
        Act(job.Id, new JobAction(operation));
    }

    private void Edit()
    {
        if (AnyExisting() is not { } job) return;
        if (random.OnceIn(6)) Act(job.Id, new JobAction(JobOperation.Tickets) { Blocks = [JobAction.AllBlocks], Params = Chance.Json(new { name = "lic", count = random.OneOf([-1, 1, 2]) }) });
        else if (random.OnceIn(2)) Act(job.Id, new JobAction(JobOperation.Set) { Params = _settings.OfJob(job) });
        else Act(job.Id, new JobAction(JobOperation.Set) { Blocks = [random.Next(job.Blocks.Count)], Params = _settings.OfBlock() });
    }

    private void Append()
    {
        if (AnyExisting() is not { } job) return;
        if (random.OnceIn(2) && job.Blocks.Count < 4)
        {
            object block = random.OnceIn(2)
                ? new { name = "late", command = "render @#@", frame_first = 1, frame_last = random.Next(1, 6), tasks_depend_mask = random.OnceIn(2) ? "a" : "", capacity = 200 }
                : new { name = "late", command = "@#@", tasks = new object[] { new { command = "x" }, new { command = "y", depends_on = new[] { "0" } } }, depend_mask = random.OnceIn(2) ? "a|b" : "" };
            Act(job.Id, new JobAction(JobOperation.AppendBlocks) { Params = Chance.Json(new { blocks = new[] { block } }) });
            return;
        }

        if (job.Blocks.FirstOrDefault(block => !block.Description.IsNumeric && block.States.Size < 12) is not { } listed) return;
        Act(job.Id, new JobAction(JobOperation.AppendTasks) { Blocks = [listed.Number], Params = Chance.Json(new { tasks = new object[] { new { command = "z" }, new { command = "zz", depends_on = random.OnceIn(2) ? new[] { "0" } : [] } } }) });
    }

    private void TryNext()
    {
        if (AnyExisting() is not { } job) return;
        var block = random.OneOf(job.Blocks);
        if (random.OnceIn(5)) Act(job.Id, new JobAction(JobOperation.ResetTryingNextTasks));
        else Act(job.Id, new JobAction(JobOperation.Trynext) { Blocks = [block.Number], Tasks = [random.Next(block.States.Size)], Params = Chance.Json(new { mode = random.OnceIn(4) ? "remove" : "append" }) });
    }

    private void Move()
    {
        if (AnyExisting() is not { } job) return;
        var (name, jids, move) = (job.User.Name, new[] { job.Id.Value }, random.OneOf(Enum.GetValues<JobMove>()));
        farm.Ask(view => view.Farm.Users.TryGetValue(name, out var user) ? JobOrders.Move(view, user, move, jids, _asker) : Nothing());
    }

    private void ActOnRender()
    {
        if (farm.Farm.Renders.Count == 0) return;
        var render = random.OneOf([.. farm.Farm.Renders.Values.OrderBy(render => render.Id)]);
        On(render, _settings.OnRender());
    }

    private void ActOnPool() => On(random.OneOf([.. farm.Farm.Pools.Values.OrderBy(pool => pool.Path, StringComparer.Ordinal)]), _settings.OnPool());

    private void ActOnBranch()
    {
        if (random.OnceIn(8))
        {
            farm.Ask(view => BranchRequests.Add(view, random.OneOf(["/film", "/film/shot", "/ad", "/new/one"]), new NodeAction("add"), _asker));
            return;
        }

        On(random.OneOf([.. farm.Farm.Branches.Values.OrderBy(branch => branch.Path, StringComparer.Ordinal)]), _settings.OnBranch());
    }

    private void ActOnUser()
    {
        if (farm.Farm.Users.Count == 0) return;
        On(random.OneOf([.. farm.Farm.Users.Values.OrderBy(user => user.Name, StringComparer.Ordinal)]), _settings.OnUser());
    }
}
