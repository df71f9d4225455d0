using Afanasy.Model;
using Afanasy.Simulation.Machines;
using Afanasy.Simulation.People;
using AfServer.Engine;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Simulation.Stage;

/// <summary>A day at the farm from one number: the same number is the same day.</summary>
internal sealed class Day
{
    /// <summary>Turns of an evening; after these whoever still waits must say why.</summary>
    private const int EveningMost = 400;

    /// <summary>Seconds in which nothing starts after which nothing ever will: longer than any rest or wait.</summary>
    private const int StillMost = 36;

    private readonly int _seed;
    private readonly Random _random;
    private readonly SimulatedFarm _farm;
    private readonly MachineLife _machines;
    private readonly PeopleLife _people;

    public Day(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _farm = new SimulatedFarm { IsStrict = seed % 3 == 0 };
        _machines = new MachineLife(_farm, _random);
        _people = new PeopleLife(_farm, _random);
    }

    /// <summary>Turns it, and says what it came to; fails with the first breach.</summary>
    public SimulatedFarm Run(int turns)
    {
        if (_farm.IsStrict) _people.On(_farm.Farm.RootBranch, AnySettings.Set(new { solve_method = "solve_order" }));
        for (var turn = 1; turn <= turns; turn++)
        {
            Pass();
            for (var acts = _random.Next(4); acts > 0; acts--) _people.Act();
            _machines.Turn();
            if (_farm.IsStrict) KeepStrict();
            Endanger();
            Turn($"turn {turn}");
            if (_random.OnceIn(40)) _farm.Snapshot();
            Demand($"turn {turn}");
        }

        EndTheDay();
        return _farm;
    }

    /// <summary>Time goes on; now and then somebody sets the clock, or the machine is busy with something else.</summary>
    private void Pass()
    {
        _farm.Clock.Pass(TimeSpan.FromMilliseconds(_random.OnceIn(50) ? _random.Next(2000, 9000) : _random.Next(50, 950)));
        if (_random.OnceIn(120)) _farm.Clock.Jump(TimeSpan.FromHours(_random.OnceIn(2) ? 1 : -1));
    }

    /// <summary>Branches that came since are solved in order too.</summary>
    private void KeepStrict()
    {
        foreach (var branch in _farm.Farm.Branches.Values.Where(branch => branch.Settings.SolveMethod != SolveMethod.Order).ToList())
            _people.On(branch, AnySettings.Set(new { solve_method = "solve_order" }));
    }

    private void Endanger()
    {
        if (_random.OnceIn(60)) _farm.Journal.DiesAfter = _random.Next(0, 12);
        else if (_random.OnceIn(60)) _farm.Journal.DiesBehindCommit = true;
    }

    /// <summary>Everybody lets go, machines that can do anything come, and every job that can end ends; the others say why not.</summary>
    private void EndTheDay()
    {
        _farm.Journal.Forget();
        for (var number = 0; number < 4; number++) _farm.Renders.Add(new SimulatedRender($"r-giant{number}", MachineLife.Giant, _farm.Clock));
        var (runs, lastStart) = (0L, 0);
        for (var turn = 1; turn <= EveningMost && turn - lastStart < StillMost && (turn < 5 || Open().Any()); turn++)
        {
            if (_farm.Books.LastRun.Values.Sum(run => (long)run) is var now && now != runs) (runs, lastStart) = (now, turn);
            _farm.Clock.Pass(TimeSpan.FromSeconds(1));
            if (turn % 10 == 1) LetGo();
            foreach (var render in _farm.Renders)
            {
                (render.HangsFor, render.IsToldToGo) = (0, false);
                _machines.Work(render, 100, isHonest: true);
            }

            Turn($"evening turn {turn}");
            Demand($"evening turn {turn}");
        }

        var why = new WhyNot(_farm.Farm, _farm.Solver, _farm.Clock.Now);
        foreach (var job in Open())
        {
            if (why.Explain(job).Reason is { } reason && HasReason(job)) continue;
            _farm.Breaches.Add($"EndCheck: {job.Id} {job.State} does not end: {why.Explain(job).Reason ?? "no reason"}");
        }

        Demand("the end");
    }

    private IEnumerable<Job> Open() => _farm.Farm.Jobs.Values.Where(job => !job.IsFinished || job.IsDeletionAsked);

    /// <summary>
    /// Jobs that wait for one another, for an end that did not come, or for machines that are not there never end; and so do those
    /// behind them.
    /// </summary>
    private bool HasReason(Job job) => job.IsHeld || job.Description.Maintenance || job.Blocks.Any(block => block.States.Count(TaskState.Waiting) > 0 && job.Description.DependJobs.Any(dependency => dependency.Frames));

    private void LetGo()
    {
        var free = new { max_running_tasks = -1, max_running_tasks_per_host = -1, max_tasks_per_second = -1, priority = 50, hosts_mask = "", pools = new Dictionary<string, int>() };
        foreach (var branch in _farm.Farm.Branches.Values)
        {
            _people.On(branch, AnySettings.Set(free));
            _people.On(branch, AnySettings.Set(new { paused = false, budget_hours = -1 }));
        }

        foreach (var user in _farm.Farm.Users.Values) _people.On(user, AnySettings.Set(new { max_running_tasks = -1, max_running_tasks_per_host = -1, max_tasks_per_second = -1, priority = 50, hosts_mask = "", paused = false, jobs_life_time = 0 }));
        foreach (var pool in _farm.Farm.Pools.Values)
        {
            _people.On(pool, AnySettings.Set(new { paused = false, capacity_host = -1, tickets_pool = new { lic = (object?)null }, tickets_host = new { plug = (object?)null }, busy_nimby_time = -1, sick_errors_count = 0, properties_host = "fast", power_host = 100, new_nimby = false, priority = 99 }));
            _people.On(pool, new NodeAction("heal_sick"));
        }

        foreach (var render in _farm.Farm.Renders.Values) _people.On(render, AnySettings.Set(new { NIMBY = false, paused = false, priority = 99, capacity_host = -1, max_tasks_host = -1, properties_host = "fast", power_host = 100, tickets_host = new { plug = (object?)null }, services = Array.Empty<string>(), services_disabled = Array.Empty<string>() }));
        foreach (var job in _farm.Farm.Jobs.Values) LetGo(job);
    }

    private void LetGo(Job job)
    {
        _people.Act(job.Id, new JobAction(JobOperation.Set) { Params = Chance.Json(new { max_running_tasks = -1, max_running_tasks_per_host = -1, max_tasks_per_second = -1, priority = 50, hosts_mask = "", hosts_mask_exclude = "", need_os = "", ppa = false, time_wait = 0, time_life = 0 }) });
        _people.Act(job.Id, new JobAction(JobOperation.Set) { Blocks = [JobAction.AllBlocks], Params = Chance.Json(new { max_running_tasks = -1, max_running_tasks_per_host = -1, hosts_mask = "", task_max_run_time = 0, task_progress_change_timeout = -1, capacity = 100 }) });
        _people.Act(job.Id, new JobAction(JobOperation.ResetErrorHosts));
        _people.Act(job.Id, new JobAction(JobOperation.RestartErrors));
        _people.Act(job.Id, new JobAction(JobOperation.Continue));
        _people.Act(job.Id, new JobAction(JobOperation.Start));
    }

    private void Turn(string when)
    {
        try
        {
            _farm.Turn();
        }
        catch (Exception e) when (e is not Crash)
        {
            throw new AssertionException($"{Again(when)}\nThe engine threw: {e}", e);
        }
    }

    private void Demand(string when) => Assert.That(_farm.Breaches.Take(8), Is.Empty, Again(when));

    private string Again(string when) =>
        $"seed {_seed}, {when}. To see it again: AFANASY_SEED={_seed} dotnet test tests/Afanasy.Simulation --filter Name~Day_of_one_seed";
}
