using System.Numerics;

namespace AfServer.Model;

/// <summary>
/// A set of task numbers of one block. One bit per task, with a summary bit for each word below, so that finding the next
/// member costs the same in a block of a hundred tasks and of millions.
/// </summary>
internal sealed class TaskSet
{
    private const int WordBits = 64;

    private readonly ulong[][] _levels;

    public TaskSet(int size)
    {
        Size = size;
        var levels = new List<ulong[]>();
        var words = size;
        do
        {
            words = (words + WordBits - 1) / WordBits;
            levels.Add(new ulong[words]);
        }
        while (words > 1);
        _levels = [.. levels];
    }

    public int Size { get; }

    /// <summary>The same members among more tasks.</summary>
    public TaskSet Grown(int size)
    {
        var grown = new TaskSet(size);
        for (var task = First(); task >= 0; task = First(task + 1)) grown.Add(task);
        return grown;
    }

    public int Count { get; private set; }

    public bool Contains(int task) => (_levels[0][task / WordBits] & Bit(task)) != 0;

    public void Add(int task)
    {
        if (Contains(task)) return;
        Count++;
        foreach (var level in _levels)
        {
            var word = task / WordBits;
            var wasEmpty = level[word] == 0;
            level[word] |= Bit(task);
            if (!wasEmpty) return;
            task = word;
        }
    }

    public void Remove(int task)
    {
        if (!Contains(task)) return;
        Count--;
        foreach (var level in _levels)
        {
            var word = task / WordBits;
            level[word] &= ~Bit(task);
            if (level[word] != 0) return;
            task = word;
        }
    }

    /// <summary>Makes every task a member.</summary>
    public void Fill()
    {
        var size = Size;
        foreach (var level in _levels)
        {
            Array.Fill(level, ulong.MaxValue);
            if (size % WordBits != 0) level[^1] = (1UL << (size % WordBits)) - 1;
            size = level.Length;
        }

        Count = Size;
    }

    /// <summary>The least member that is not below <paramref name="from"/>, or -1.</summary>
    public int First(int from = 0)
    {
        if (Count == 0 || from >= Size) return -1;
        var position = from;
        for (var depth = 0; depth < _levels.Length; depth++)
        {
            var word = position / WordBits;
            if (word >= _levels[depth].Length) return -1;
            var rest = _levels[depth][word] & (ulong.MaxValue << (position % WordBits));
            if (rest != 0) return Descend(depth, (word * WordBits) + BitOperations.TrailingZeroCount(rest));
            position = word + 1;
        }

        return -1;
    }

    private int Descend(int depth, int position)
    {
        while (depth-- > 0) position = (position * WordBits) + BitOperations.TrailingZeroCount(_levels[depth][position]);
        return position;
    }

    private static ulong Bit(int position) => 1UL << (position % WordBits);
}
