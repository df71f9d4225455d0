using System.Diagnostics.CodeAnalysis;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// The blocks that have something to start, in the order of service, a queue for each need. Kept up to date by the blocks that
/// change, so that finding the next one looks at no job.
/// </summary>
internal sealed class ReadyWork
{
    private readonly Dictionary<Need, SortedDictionary<Rank, Block>> _queues = [];
    private readonly SortedSet<(Rank First, Need Need)> _order = new(Comparer<(Rank First, Need Need)>.Create((a, b) => a.First.CompareTo(b.First)));
    private readonly Dictionary<Block, (Need Need, Rank Rank)> _places = [];

    /// <summary>The needs that have work, the one whose first block is served first at the front.</summary>
    public IEnumerable<Need> Needs => _order.Select(entry => entry.Need);

    public bool IsEmpty => _order.Count == 0;

    public Block First(Need need) => FirstOf(_queues[need]).Value;

    /// <summary>Puts a block where it belongs now, or takes it out.</summary>
    public void Refresh(Block block, bool exists)
    {
        var belongs = exists && block.States.Count(TaskState.Ready) > 0 && block.MayStartMore && block.Job.MayStartMore;
        var place = (Need.Of(block), Rank.Of(block));
        if (_places.TryGetValue(block, out var present))
        {
            if (belongs && present == place) return;
            TakeOut(block, present);
        }

        if (belongs) PutIn(block, place);
    }

    private void PutIn(Block block, (Need Need, Rank Rank) place)
    {
        if (!_queues.TryGetValue(place.Need, out var queue)) _queues.Add(place.Need, queue = []);
        if (queue.Count > 0) _order.Remove((FirstOf(queue).Key, place.Need));
        queue.Add(place.Rank, block);
        _order.Add((FirstOf(queue).Key, place.Need));
        _places.Add(block, place);
    }

    private void TakeOut(Block block, (Need Need, Rank Rank) place)
    {
        var queue = _queues[place.Need];
        _order.Remove((FirstOf(queue).Key, place.Need));
        queue.Remove(place.Rank);
        _places.Remove(block);
        if (queue.Count > 0) _order.Add((FirstOf(queue).Key, place.Need));
        else _queues.Remove(place.Need);
    }

    [SuppressMessage("Performance", "CA1826", Justification = "A sorted dictionary has no index.")]
    private static KeyValuePair<Rank, Block> FirstOf(SortedDictionary<Rank, Block> queue)
    {
        foreach (var entry in queue) return entry;
        throw new InvalidOperationException("An empty queue has no first block.");
    }
}
