using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Where work stands among its siblings: the least is served first.</summary>
internal readonly record struct Turn(double First, long Second, long Tie, string Name) : IComparable<Turn>
{
    /// <summary>Priorities count up to 255, and needs to 1.1^255: nothing reaches below this.</summary>
    private const double Guaranteed = -1e15;

    /// <summary>The turn of something with these settings and this share below something that orders by <paramref name="above"/>.</summary>
    public static Turn Of(WorkSettings own, Share share, WorkSettings above, long order, long tie, string name, DateTimeOffset now)
    {
        var lacks = own.MinRunningTasks > share.Running ? Guaranteed : 0;
        if (above.SolveMethod == SolveMethod.Order) return new(lacks - own.Priority, order, tie, name);

        var running = above.SolveNeed == SolveNeed.Capacity ? share.Capacity : share.Running;
        var need = Math.Pow(1.1, own.Priority) / (running + share.Past(above.UsageHalfLife, now) + 1);
        return new(lacks - need, share.LastSolved, tie, name);
    }

    public int CompareTo(Turn other)
    {
        var order = First.CompareTo(other.First);
        if (order == 0) order = Second.CompareTo(other.Second);
        if (order == 0) order = Tie.CompareTo(other.Tie);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}

/// <summary>
/// A branch, a user in a branch, a job, or (with a lot) tasks of a block. What is below it is kept sorted apart for each need, so that
/// the next one with a need that fits somewhere is found without looking at the others.
/// </summary>
internal sealed class WorkNode(WorkNode? parent, Lot? lot)
{
    private readonly Dictionary<Outlook, SortedSet<(Turn Turn, WorkNode Node)>> _shelves = [];

    private static readonly IComparer<(Turn Turn, WorkNode Node)> _byTurn = Comparer<(Turn Turn, WorkNode Node)>.Create((a, b) => a.Turn.CompareTo(b.Turn));

    public WorkNode? Parent { get; } = parent;

    public Lot? Lot { get; } = lot;

    public Turn Turn { get; private set; }

    /// <summary>It may start something, and so stands among its siblings.</summary>
    public bool IsShown { get; private set; }

    /// <summary>The needs of what is below and may start.</summary>
    public IReadOnlyCollection<Outlook> Needs => _shelves.Keys;

    /// <summary>Puts the node where it belongs now among its siblings, or takes it out.</summary>
    public void Place(Turn turn, bool show)
    {
        if (IsShown && show && turn == Turn) return;
        if (IsShown)
        {
            foreach (var need in OwnNeeds()) Parent?.Take(need, this, keepShelf: show);
        }

        (Turn, IsShown) = (turn, show);
        if (!show) return;
        foreach (var need in OwnNeeds()) Parent?.Put(need, this);
    }

    public bool Has(Outlook need) => _shelves.ContainsKey(need);

    /// <summary>The first child with any of these needs, or null.</summary>
    public WorkNode? First(List<Outlook> needs)
    {
        (Turn Turn, WorkNode Node)? best = null;
        foreach (var need in needs)
        {
            if (!_shelves.TryGetValue(need, out var shelf)) continue;
            var first = shelf.Min;
            if (best is not { } leader || first.Turn.CompareTo(leader.Turn) < 0) best = first;
        }

        return best?.Node;
    }

    /// <summary>Whether this lot's work is served before that of the other.</summary>
    public bool Precedes(WorkNode other)
    {
        var (mine, theirs) = (PathFromRoot(), other.PathFromRoot());
        for (var depth = 0; depth < Math.Min(mine.Count, theirs.Count); depth++)
        {
            if (mine[depth] != theirs[depth]) return mine[depth].Turn.CompareTo(theirs[depth].Turn) < 0;
        }

        return false;
    }

    private List<WorkNode> PathFromRoot()
    {
        var path = new List<WorkNode>();
        for (var node = this; node is not null; node = node.Parent) path.Add(node);
        path.Reverse();
        return path;
    }

    private Outlook[] OwnNeeds() => Lot is { } lot ? [lot.Outlook] : [.. _shelves.Keys];

    private void Put(Outlook need, WorkNode child)
    {
        var isNew = !_shelves.TryGetValue(need, out var shelf);
        if (shelf is null) _shelves.Add(need, shelf = new(_byTurn));
        shelf.Add((child.Turn, child));
        if (isNew && IsShown) Parent?.Put(need, this);
    }

    /// <summary>A shelf that is refilled at once is kept, so that the levels above need not move.</summary>
    private void Take(Outlook need, WorkNode child, bool keepShelf)
    {
        var shelf = _shelves[need];
        shelf.Remove((child.Turn, child));
        if (shelf.Count > 0 || keepShelf) return;
        _shelves.Remove(need);
        if (IsShown) Parent?.Take(need, this, keepShelf: false);
    }
}
