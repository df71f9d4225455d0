using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// The tree of branches, users, jobs and lots that may start something, in the order of service. Kept up to date by what changes, so
/// that finding the next one looks at no other.
/// </summary>
internal sealed class WorkIndex(Farm farm, RenderIndex renders, Throttle throttle)
{
    private readonly Dictionary<object, WorkNode> _nodes = [];
    private readonly Dictionary<Block, List<Leaf>> _leaves = [];
    private readonly Dictionary<Branch, BranchSettings> _settings = farm.Branches.Values.ToDictionary(branch => branch, branch => branch.Settings);
    private int _settingsVersion;

    public WorkNode Root { get; } = new(null, null);

    public DateTimeOffset Now { get; set; }

    public WorkNode? LeafOf(Lot lot) => _leaves.GetValueOrDefault(lot.Block)?.Find(leaf => leaf.Lot == lot)?.Node;

    public IEnumerable<Lot> LotsOf(Block block) => _leaves.GetValueOrDefault(block, []).Select(leaf => leaf.Lot);

    /// <summary>Everything anew; after recovery.</summary>
    public void RefreshAll()
    {
        _settingsVersion++;
        foreach (var branch in farm.Branches.Values)
        {
            _settings[branch] = branch.Settings;
            Refresh(branch);
        }

        foreach (var job in farm.Jobs.Values) RefreshWhole(job);
    }

    /// <summary>Settings of a branch or user have changed, and with them what all jobs below need and may.</summary>
    public void RefreshSettings(IReadOnlyCollection<Branch> branches, IReadOnlyCollection<User> users)
    {
        foreach (var branch in branches)
        {
            if (_settings.TryGetValue(branch, out var known) && known != branch.Settings) _settingsVersion++;
            _settings[branch] = branch.Settings;
            if (!farm.Branches.ContainsKey(branch.Path))
            {
                if (_nodes.Remove(branch, out var gone)) gone.Place(gone.Turn, false);
                _settings.Remove(branch);
                continue;
            }

            Refresh(branch);
            foreach (var job in Below(branch).ToList()) RefreshWhole(job);
        }

        foreach (var job in users.SelectMany(user => user.Jobs).ToList()) RefreshWhole(job);
    }

    /// <summary>A job has gone from here to another place, with what runs of it.</summary>
    public void RefreshLeft(BranchUser owner)
    {
        if (owner.Jobs.Count == 0 && _nodes.Remove(owner, out var gone)) gone.Place(gone.Turn, false);
        RefreshUser(owner.User, owner.Jobs.Count > 0 ? owner : null);
        for (Branch? branch = owner.Branch; branch is not null; branch = branch.Parent) Refresh(branch);
    }

    /// <summary>The job and all its blocks.</summary>
    public void RefreshWhole(Job job)
    {
        Refresh(job);
        foreach (var block in job.Blocks) Refresh(block);
        RefreshAbove(job);
    }

    /// <summary>Puts what the block can start where it belongs now, or takes it out.</summary>
    public void Refresh(Block block)
    {
        if (!farm.Jobs.ContainsKey(block.Job.Id))
        {
            Refresh(block.Job);
            return;
        }

        NodeOf(block.Job);   // first: a job that has moved takes all its leaves out
        if (!_leaves.TryGetValue(block, out var leaves)) _leaves.Add(block, leaves = []);
        var source = new NeedSource(block.Description, block.Job.Description, block.Job.User.Settings, block.Job.Branch, _settingsVersion);
        Renew(block, leaves, source);
        foreach (var leaf in leaves)
        {
            leaf.Lot.Outlook.Parked.Remove(leaf.Lot);
            Show(leaf);
        }
    }

    /// <summary>Puts the job where it belongs among its siblings, by what runs and what is set.</summary>
    public void Refresh(Job job)
    {
        if (!farm.Jobs.ContainsKey(job.Id))
        {
            foreach (var block in job.Blocks) Drop(block);
            if (_nodes.Remove(job, out var gone)) gone.Place(gone.Turn, false);
            if (job.Owner.Jobs.Count == 0 && _nodes.Remove(job.Owner, out var owner)) owner.Place(owner.Turn, false);
            return;
        }

        var above = job.Branch.Settings.SolveJobs ? (WorkSettings)job.Branch.Settings : job.User.Settings;
        var mayStart = Holds.Of(job, throttle) == Hold.None && (!job.Branch.Settings.SolveJobs || Holds.Of(job.User, throttle) == Hold.None);
        NodeOf(job).Place(Turn.Of(job.Description, job.Share, above, job.Order, job.Id.Value, "", Now), mayStart);
    }

    /// <summary>The levels above the job, whose shares changed with it.</summary>
    public void RefreshAbove(Job job)
    {
        RefreshUser(job.User, job.Owner);
        for (Branch? branch = job.Branch; branch is not null; branch = branch.Parent) Refresh(branch);
    }

    public void RefreshUser(User user, BranchUser? only = null)
    {
        var isLimited = user.Settings.MaxRunningTasks >= 0 || user.Settings.MaxTasksPerSecond >= 0 || user.Settings.MinRunningTasks > 0;
        if (only is not null && !isLimited)
        {
            Refresh(only);
            return;
        }

        foreach (var owner in user.Jobs.Select(job => job.Owner).Distinct().ToList())
        {
            Refresh(owner);
            if (!owner.Branch.Settings.SolveJobs) continue;
            foreach (var job in owner.Jobs) Refresh(job);
        }
    }

    public void Refresh(Branch branch)
    {
        if (branch.Parent is null)
        {
            Root.Place(default, Holds.Of(branch, throttle) == Hold.None);
            return;
        }

        var turn = Turn.Of(branch.Settings, branch.Share, branch.Parent.Settings, branch.Created.UtcTicks, -1, branch.Path, Now);
        NodeOf(branch).Place(turn, Holds.Of(branch, throttle) == Hold.None);
    }

    /// <summary>Takes out a lot that fits no render for reasons of its own.</summary>
    public void Park(Lot lot)
    {
        lot.Outlook.Parked.Add(lot);
        if (LeafOf(lot) is { } node) node.Place(node.Turn, false);
    }

    public void Unpark(Lot lot)
    {
        if (lot.Outlook.Parked.Remove(lot) && _leaves.GetValueOrDefault(lot.Block)?.Find(leaf => leaf.Lot == lot) is { } leaf) Show(leaf);
    }

    /// <summary>Shares that fade with time change their order without anything happening.</summary>
    public void Rerank()
    {
        foreach (var branch in farm.Branches.Values.Where(branch => branch.Settings.UsageHalfLife > 0))
        {
            foreach (var child in branch.Children) Refresh(child);
            foreach (var owner in branch.Users.Values) Refresh(owner);
        }

        foreach (var job in farm.Users.Values.Where(user => user.Settings.UsageHalfLife > 0).SelectMany(user => user.Jobs)) Refresh(job);
    }

    private void Refresh(BranchUser owner)
    {
        var turn = Turn.Of(owner.User.Settings, owner.Share, owner.Branch.Settings, owner.User.Registered.UtcTicks, 0, owner.User.Name, Now);
        NodeOf(owner).Place(turn, Holds.Of(owner.User, throttle) == Hold.None);
    }

    private void Show(Leaf leaf)
    {
        // Lots of one block are in the order of their first tasks.
        var (lot, block) = (leaf.Lot, leaf.Lot.Block);
        var first = block.RaisedTasks.Count > 0 && lot.FirstTask() is >= 0 and var task ? block.Order.PositionOf(task) : 0;
        leaf.Node.Place(new Turn(lot.HasNext ? 0 : 1, block.Number, first, lot.Memory.ToString()), lot.MayStart);
    }

    /// <summary>Lots for what the tasks of the block need now; those that stay keep what is known of them.</summary>
    private void Renew(Block block, List<Leaf> leaves, NeedSource source)
    {
        if (block.RaisedTasks.Count == 0 && leaves is [var only] && only.Source == source && only.Node.Parent == NodeOf(block.Job)) return;
        var memories = block.RaisedTasks.Select(task => block.Find(task)?.Memory ?? 0).Append(0).Distinct().ToList();
        foreach (var leaf in leaves.Where(leaf => leaf.Source != source || leaf.Node.Parent != NodeOf(block.Job) || !memories.Contains(leaf.Lot.Memory)).ToList())
        {
            Drop(leaf);
            leaves.Remove(leaf);
        }

        foreach (var memory in memories.Where(memory => !leaves.Exists(leaf => leaf.Lot.Memory == memory)))
        {
            var lot = new Lot(block, memory, renders.Take(Need.Of(block, memory)));
            leaves.Add(new Leaf(lot, new WorkNode(NodeOf(block.Job), lot), source));
        }
    }

    private void Drop(Block block)
    {
        if (!_leaves.Remove(block, out var leaves)) return;
        foreach (var leaf in leaves) Drop(leaf);
    }

    private void Drop(Leaf leaf)
    {
        leaf.Node.Place(leaf.Node.Turn, false);
        leaf.Lot.Outlook.Parked.Remove(leaf.Lot);
        renders.GiveBack(leaf.Lot.Outlook);
    }

    private WorkNode NodeOf(Job job)
    {
        var parent = job.Branch.Settings.SolveJobs ? NodeOf(job.Branch) : NodeOf(job.Owner);
        if (_nodes.TryGetValue(job, out var node) && node.Parent == parent) return node;
        if (node is not null)
        {
            foreach (var block in job.Blocks) Drop(block);
            node.Place(node.Turn, false);
        }

        return _nodes[job] = new WorkNode(parent, null);
    }

    private WorkNode NodeOf(BranchUser owner) => _nodes.GetValueOrDefault(owner) ?? Made(owner, NodeOf(owner.Branch));

    private WorkNode NodeOf(Branch branch) => branch.Parent is null ? Root : _nodes.GetValueOrDefault(branch) ?? Made(branch, NodeOf(branch.Parent));

    private WorkNode Made(object owner, WorkNode parent) => _nodes[owner] = new WorkNode(parent, null);

    private static IEnumerable<Job> Below(Branch branch) => branch.Children.SelectMany(Below).Concat(branch.Jobs);

    private sealed record Leaf(Lot Lot, WorkNode Node, NeedSource Source);

    /// <summary>What a need was made from; while none of it is another object, the need is the same.</summary>
    private readonly record struct NeedSource(object Block, object Job, object User, object Branch, int Version)
    {
        public bool Equals(NeedSource other) =>
            ReferenceEquals(Block, other.Block) && ReferenceEquals(Job, other.Job) && ReferenceEquals(User, other.User) && ReferenceEquals(Branch, other.Branch) && Version == other.Version;

        public override int GetHashCode() => Version;
    }
}
