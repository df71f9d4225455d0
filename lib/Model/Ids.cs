namespace Afanasy.Model;

/// <summary>A job's number, given by the server once and never used again; what people call its serial.</summary>
public readonly record struct JobId(int Value) : IComparable<JobId>
{
    public int CompareTo(JobId other) => Value.CompareTo(other.Value);

    public override string ToString() => $"J{Value}";
}

/// <summary>A render's number, given when its name registers for the first time; the name keeps it for ever.</summary>
public readonly record struct RenderId(int Value) : IComparable<RenderId>
{
    public int CompareTo(RenderId other) => Value.CompareTo(other.Value);

    public override string ToString() => $"R{Value}";
}

/// <summary>One block of a job, by its position in the job.</summary>
public readonly record struct BlockId(JobId Job, int Block)
{
    public override string ToString() => $"{Job}[{Block}]";
}

/// <summary>One task of a block, by its position in the block.</summary>
public readonly record struct TaskId(JobId Job, int Block, int Task)
{
    public BlockId BlockId => new(Job, Block);

    public override string ToString() => $"{Job}[{Block}][{Task}]";
}

/// <summary>One attempt to run one task, counted from 1. A retry is a new run, so a late report can never hit the wrong attempt.</summary>
public readonly record struct TaskRunId(JobId Job, int Block, int Task, int Run)
{
    public TaskId TaskId => new(Job, Block, Task);

    public override string ToString() => $"{Job}[{Block}][{Task}]#{Run}";
}
