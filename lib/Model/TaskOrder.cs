using System.Numerics;

namespace Afanasy.Model;

/// <summary>
/// In which order the tasks of a block start (<c>sequential</c>, CGRU contract §2.6): every task has a position, and the ready
/// task with the least one is next. Positions are computed, nothing is stored per task; not every position has a task.
/// </summary>
public sealed class TaskOrder
{
    /// <summary>With a step, the two ends of the block come before everything.</summary>
    private const int Ends = 2;

    private readonly BlockDescription _block;
    private readonly long _sequential;
    private readonly int _size;
    private readonly FrameStep _step;

    private TaskOrder(BlockDescription block)
    {
        _block = block;
        _sequential = block.Sequential;
        _size = block.TaskCount;
        if (HasStep) _step = FrameStep.Of(block);
        PositionsMax = HasStep ? Ends + (2 * _size)
            : _sequential == 0 && _size > 0 ? (int)BitOperations.RoundUpToPowerOf2((uint)_size + 1) - 1
            : _size;
    }

    /// <summary>A task's position is its number.</summary>
    public bool IsPlain => _sequential == 1;

    /// <summary>All positions are below it; at most twice the tasks, and two.</summary>
    public int PositionsMax { get; }

    private bool HasStep => _sequential is > 1 or < -1;

    /// <summary>For as many tasks as the description has now; tasks that are appended need a new order.</summary>
    public static TaskOrder Of(BlockDescription block) => new(block);

    public int PositionOf(int task) => _sequential switch
    {
        1 => task,
        -1 => _size - 1 - task,
        0 => MiddleOutPosition(task),
        > 1 => StepPosition(task, task),
        _ => StepPosition(task, _size - 1 - task),
    };

    /// <summary>The task that has a position; -1 when none has.</summary>
    public int TaskAt(int position)
    {
        if (position < 0 || position >= PositionsMax) return -1;
        return _sequential switch
        {
            1 => position,
            -1 => _size - 1 - position,
            0 => MiddleOutTask(position),
            _ => StepTask(position),
        };
    }

    /// <summary>
    /// With a step of 2 and more, either way: the first task, the last one, and those that hold a multiple. After these a block
    /// stops whose job has previews pending approval. Without a step no task is a preview.
    /// </summary>
    public bool IsPreview(int task) => HasStep && (task == 0 || task == _size - 1 || _step.IsHeldBy(_block, task));

    /// <summary>The middle task, then the middles of the two halves, then of the quarters: the place in the heap of these intervals.</summary>
    private int MiddleOutPosition(int task)
    {
        var (low, high, position) = (0, _size - 1, 0);
        while (true)
        {
            var middle = low + ((high - low) / 2);
            if (task == middle) return position;
            if (task < middle) (high, position) = (middle - 1, (2 * position) + 1);
            else (low, position) = (middle + 1, (2 * position) + 2);
        }
    }

    private int MiddleOutTask(int position)
    {
        var place = (uint)position + 1;
        var (low, high) = (0, _size - 1);
        for (var level = BitOperations.Log2(place) - 1; level >= 0; level--)
        {
            var middle = low + ((high - low) / 2);
            if ((place >> level & 1) == 0) high = middle - 1;
            else low = middle + 1;
        }

        return low <= high ? low + ((high - low) / 2) : -1;
    }

    private int StepPosition(int task, int rank)
    {
        if (rank == 0) return 0;
        if (rank == _size - 1) return 1;
        return Ends + rank + (_step.IsHeldBy(_block, task) ? 0 : _size);
    }

    private int StepTask(int position)
    {
        var rank = position switch
        {
            0 => 0,
            1 => _size - 1,
            _ => (position - Ends) % _size,
        };
        var task = _sequential > 0 ? rank : _size - 1 - rank;
        return task >= 0 && task < _size && StepPosition(task, rank) == position ? task : -1;
    }
}
