using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>One task for one render, or for several together, and what it reserves there.</summary>
internal sealed record Assignment(TaskRunId Run, RenderId Render, RunGrant Grant);

/// <summary>
/// Pairs ready tasks with free renders. It keeps indexes of the farm, refreshed by what the changes touched, so that a decision
/// costs the same whatever waits; the same farm and the same online renders always give the same answer.
/// </summary>
internal sealed class Solver
{
    /// <summary>How often shares that fade with time are compared anew.</summary>
    private static readonly TimeSpan _rerankEvery = TimeSpan.FromSeconds(10);

    private readonly Farm _farm;
    private readonly RenderIndex _renders;
    private readonly WorkIndex _work;
    private readonly Reservations _reservations;
    private readonly Preemption _preemption;
    private readonly List<Outlook> _open = [];
    private DateTimeOffset _ranked;

    public Solver(Farm farm)
    {
        _farm = farm;
        _renders = new RenderIndex(farm);
        _work = new WorkIndex(farm, _renders, Throttle);
        _reservations = new Reservations(farm, _renders, _work);
        _preemption = new Preemption(farm, _renders, _reservations);
    }

    public Throttle Throttle { get; } = new();

    public bool IsOnline(RenderId render) => _renders.IsOnline(render);

    public void SetOnline(Render render, bool online)
    {
        _renders.SetOnline(render, online);
        Refresh(render);
    }

    /// <summary>Indexes the whole farm; once, after recovery.</summary>
    public void RefreshAll(DateTimeOffset now)
    {
        _work.Now = now;
        _work.RefreshAll();
    }

    /// <summary>Takes over what the changes since the last call have touched.</summary>
    public void Refresh(FarmTouches touches, DateTimeOffset now)
    {
        _work.Now = now;
        foreach (var gone in touches.RendersGone) _renders.Forget(gone);
        foreach (var render in touches.RendersSet) _renders.Judge(render);
        foreach (var owner in Throttle.Turn(now)) RefreshOwner(owner);
        _work.RefreshSettings(touches.Branches, touches.Users);
        foreach (var left in touches.OwnersLeft) _work.RefreshLeft(left);
        foreach (var block in touches.Blocks) _work.Refresh(block);
        foreach (var job in touches.Jobs)
        {
            _work.Refresh(job);
            _work.RefreshAbove(job);
        }

        foreach (var render in touches.Renders) Refresh(render);
        if (touches.OwnersLeft.Count > 0) UnparkAll();   // limits per host of where it was have room now
        if (touches.RendersSet.Count + touches.Pools.Count > 0) ReopenAll(_ => true);
        else if (touches.TicketsFreed.Count > 0) ReopenAll(need => need.Tickets.Any(ticket => touches.TicketsFreed.Contains(ticket.Name)));
    }

    /// <summary>Follows one assignment that has just been applied.</summary>
    public void Follow(TaskRun run)
    {
        var job = run.Block.Job;
        Throttle.Count(job, job.Description);
        Throttle.Count(job.User, job.User.Settings);
        foreach (var branch in job.Branch.Chain()) Throttle.Count(branch, branch.Settings);
        var memory = run.Block.Find(run.Id.Task)?.Memory ?? 0;
        foreach (var lot in _work.LotsOf(run.Block).Where(lot => lot.Memory == memory)) Started(lot, run);
        _work.Refresh(run.Block);
        _work.Refresh(job);
        _work.RefreshAbove(job);
        foreach (var host in run.Hosts) Refresh(host);
    }

    /// <summary>The next task to start, or null when nothing that is ready fits on anything that is free.</summary>
    public Assignment? Next(DateTimeOffset now)
    {
        while (NextLot() is { } lot)
        {
            if (Match(lot, now) is { } found) return found;
        }

        return null;
    }

    /// <summary>What time brings: fading shares, hosts that gather, renders kept for wide work; and the runs that are to make room, or need not any more.</summary>
    public List<Change> Tick(DateTimeOffset now)
    {
        _work.Now = now;
        foreach (var owner in Throttle.Turn(now)) RefreshOwner(owner);
        foreach (var lot in _renders.Outlooks.SelectMany(outlook => outlook.Parked).Where(MayChangeByItself).ToList()) _work.Unpark(lot);
        if (now - _ranked >= _rerankEvery || now < _ranked)   // a clock that was set back
        {
            _work.Rerank();
            _ranked = now;
        }

        foreach (var outlook in _renders.Outlooks) outlook.Tick(now);
        if (_reservations.Review(now)) UnparkAll();
        return _preemption.Review(now);
    }

    /// <summary>Everything that stands between a lot and a render, in the order in which it is tested.</summary>
    public Misfit Judge(Lot lot, Render render, DateTimeOffset now)
    {
        var misfit = Fit.Judge(lot.Need, render, IsOnline(render.Id));
        if (misfit == Misfit.None) misfit = lot.Judge(render);
        return misfit == Misfit.None && _reservations.Refuses(render, lot, now) ? Misfit.Reserved : misfit;
    }

    /// <summary>Whether somebody still waits for the place of a run that was told to make room.</summary>
    public bool WantsRoom(TaskRun run) => _preemption.IsWanted(run);

    public IEnumerable<Lot> LotsOf(Block block) => _work.LotsOf(block);

    private Lot? NextLot()
    {
        _open.Clear();
        if (!_work.Root.IsShown) return null;
        foreach (var need in _work.Root.Needs)
        {
            if (need.IsOpen) _open.Add(need);
        }

        var node = _work.Root;
        while (node is not null && node.Lot is null) node = node.First(_open);
        return node?.Lot;
    }

    /// <summary>Finds the best render, or sees to it that the lot is not tried again before something changes.</summary>
    private Assignment? Match(Lot lot, DateTimeOffset now)
    {
        if (lot.Block.Description.IsMultihost) return Gather(lot, now);
        var anyFits = false;
        (Render Render, int Task)? lastResort = null;
        foreach (var place in lot.Outlook.Fitting())
        {
            anyFits = true;
            var render = place.Render;
            if (lot.Judge(render) != Misfit.None || _reservations.Refuses(render, lot, now)) continue;
            var task = lot.TaskFor(render);
            if (lot.Block.Find(task)?.LastRender != render.Id) return Assign(lot, task, render);
            lastResort ??= (render, task);
        }

        if (lastResort is { } last) return Assign(lot, last.Task, last.Render);
        if (anyFits) _work.Park(lot);
        else lot.Outlook.Close(now);
        return null;
    }

    /// <summary>Several hosts for one task: as many as it wants, or after a while as many as it needs.</summary>
    private Assignment? Gather(Lot lot, DateTimeOffset now)
    {
        var block = lot.Block.Description;
        var gathering = new Gathering(lot.Need);
        foreach (var place in lot.Outlook.Fitting())
        {
            if (lot.Judge(place.Render) != Misfit.None || _reservations.Refuses(place.Render, lot, now) || !gathering.TryAdd(place.Render)) continue;
            if (gathering.Hosts.Count == block.MultihostMax) break;
        }

        if (gathering.Hosts.Count < Math.Max(1, block.MultihostMin))
        {
            lot.GatheringSince = null;
            _work.Park(lot);
            return null;
        }

        if (lot.GatheringSince is not { } since || since > now) lot.GatheringSince = now;   // the clock may have been set back
        if (gathering.Hosts.Count < block.MultihostMax && now - lot.GatheringSince < TimeSpan.FromSeconds(block.MultihostMaxWait))
        {
            _work.Park(lot);
            return null;
        }

        lot.GatheringSince = null;
        return Assign(lot, lot.TaskFor(gathering.Hosts[0]), gathering.Hosts, gathering.Own, gathering.Shared);
    }

    private static Assignment Assign(Lot lot, int task, Render render)
    {
        Fit.TryGpus(lot.Need, render, out var own, out var shared);
        return Assign(lot, task, [render], own, shared);
    }

    private static Assignment Assign(Lot lot, int task, IReadOnlyList<Render> hosts, IReadOnlyList<int> gpus, int sharedGpu)
    {
        var (need, block) = (lot.Need, lot.Block.Description);
        var free = hosts.Min(host => host.CapacityFree);
        var coefficient = Need.IsVariable(block) ? Math.Clamp(free / block.Capacity, Math.Max(1, block.CapacityCoeffMin), Math.Max(1, block.CapacityCoeffMax)) : 0;
        var grant = new RunGrant
        {
            Capacity = block.Capacity * Math.Max(1, coefficient),
            Coefficient = coefficient,
            MemoryMegabytes = need.Memory,
            Cores = need.Cores,
            DiskGigabytes = need.Disk,
            Gpus = gpus,
            SharedGpu = sharedGpu,
            GpuMegabytes = sharedGpu >= 0 ? need.GpuMemory : 0,
            Tickets = need.Tickets,
            Helpers = [.. hosts.Skip(1).Select(helper => helper.Id)],
        };
        return new Assignment(new TaskRunId(lot.Job.Id, lot.Block.Number, task, lot.Block.RunsOf(task) + 1), hosts[0].Id, grant);
    }

    /// <summary>Who waited for these renders was overtaken; who started needs none to be kept any more.</summary>
    private void Started(Lot lot, TaskRun run)
    {
        if (_reservations.Lift(lot.Outlook)) UnparkAll();
        foreach (var outlook in _renders.Outlooks)
        {
            if (!outlook.IsOpen && outlook != lot.Outlook && outlook.Reach.Contains(run.Render.Id) && Fit.Large(outlook.Need, run.Render) == Misfit.None) outlook.Overtaken++;
        }
    }

    private void Refresh(Render render)
    {
        if (!_farm.Renders.ContainsKey(render.Id)) return;
        foreach (var outlook in _renders.Refresh(render))
        {
            if (outlook.Parked.Count == 0) continue;
            foreach (var lot in outlook.Parked.Where(lot => lot.Block.Description.IsMultihost || Accepts(lot, render)).ToList()) _work.Unpark(lot);
        }
    }

    /// <summary>Hosts gather for a while; and hosts are avoided only as long as there are others.</summary>
    private static bool MayChangeByItself(Lot lot) => lot.GatheringSince is not null || lot.Block.ErrorHosts.Count > 0;

    private bool Accepts(Lot lot, Render render) => lot.Judge(render) == Misfit.None && !_reservations.Refuses(render, lot, _work.Now);

    private void RefreshOwner(object owner)
    {
        switch (owner)
        {
            case Job job: _work.Refresh(job); break;
            case User user: _work.RefreshUser(user); break;
            case Branch branch when _farm.Branches.ContainsKey(branch.Path): _work.Refresh(branch); break;
            default: break;
        }
    }

    private void ReopenAll(Func<Need, bool> which)
    {
        foreach (var outlook in _renders.Outlooks.Where(outlook => which(outlook.Need)).ToList())
        {
            outlook.Reopen();
            foreach (var lot in outlook.Parked.ToList()) _work.Unpark(lot);
        }
    }

    private void UnparkAll()
    {
        foreach (var lot in _renders.Outlooks.SelectMany(outlook => outlook.Parked).ToList()) _work.Unpark(lot);
    }
}
