using System.Diagnostics;
using Afanasy.Model;

namespace AfServer.Model;

internal sealed partial class Farm
{
    private void Submit(Change.JobSubmitted c)
    {
        var job = new Job(c.Job, c.Description, _users[c.Description.UserName], _branches[c.Description.Branch], c.At);
        job.IsBeforeItsTime = c.Description.TimeWait > c.At.ToUnixTimeSeconds();
        job.TryNext = [.. c.Description.TryThisBlocksNum.Zip(c.Description.TryThisTasksNum, (block, task) => new TaskId(c.Job, block, task))];
        _jobs.Add(job.Id, job);
        if (!_jobsByName.TryGetValue(c.Description.Name, out var namesakes)) _jobsByName.Add(c.Description.Name, namesakes = []);
        namesakes.Add(job);
        _lastJob = Math.Max(_lastJob, job.Id.Value);

        JobLinks.Connect(job, _jobs);
        foreach (var block in job.Blocks) Settle(block);
        _waits.Enlist(job, _jobs);
        _waits.Open(job, Touches);
        Clocks.Place(job);
        Touches.Job(job);
    }

    /// <summary>At birth nothing is finished: whatever waits for anything, waits; or it is held from the beginning.</summary>
    private static void Settle(Block block)
    {
        if (block.Description.Flags.HasFlag(BlockTraits.SuspendNewTasks))
        {
            block.States.MoveAll(TaskState.Ready, TaskState.Suspended);
            return;
        }

        if (block.Edges.IsEmpty) return;
        if (block.Edges.WaitsFor.Exists(producer => !producer.States.AllFinished) || block.Edges.Frames.Any(edge => edge.Producer.States.NoneEnded))
        {
            block.States.MoveAll(TaskState.Ready, TaskState.Waiting);
            return;
        }

        for (var task = 0; task < block.States.Size; task++)
        {
            if (block.States.Of(task) == TaskState.Ready && Dependencies.ReadyOrWaiting(block, task) == TaskState.Waiting) block.States.Set(task, TaskState.Waiting);
        }
    }

    private void Edit(Job job, Change.JobEdited c)
    {
        _waits.Delist(job);
        var isOthers = c.Description.UserName != job.Description.UserName;
        if (c.Description.Name != job.Description.Name) throw new InvalidOperationException($"{job.Id} cannot be renamed.");
        var isTiedAnew = !job.Description.DependJobs.SequenceEqual(c.Description.DependJobs);
        job.Description = c.Description with { Blocks = [] };
        if (isTiedAnew) Reconnect(job);
        Move(job, _users[c.Description.UserName], _branches[c.Description.Branch]);
        job.IsBeforeItsTime = c.Description.TimeWait > c.At.ToUnixTimeSeconds();
        _waits.Enlist(job, _jobs);
        if (isOthers)
        {
            _waits.Close(job, Touches);
            if (job.Done is null) _waits.Open(job, Touches);
        }

        Clocks.Place(job);
        Touches.Job(job);
    }

    /// <summary>What runs of the job goes along, so shares change where it was as well.</summary>
    private void Move(Job job, User user, Branch branch)
    {
        if (user == job.User && branch == job.Branch) return;
        Touches.OwnersLeft.Add(job.Owner);
        job.Move(user, branch);
    }

    private void Edit(Block block, Change.BlockEdited c)
    {
        var before = block.Description;
        block.Edit(c.Description);
        if (c.Description.Name != before.Name || c.Description.DependMask != before.DependMask || c.Description.TasksDependMask != before.TasksDependMask) Reconnect(block.Job);
        foreach (var run in block.Remembered.Values.Where(task => task.Run is not null)) Clocks.Place(run.Run!);   // the filter saw a run
        Touches.Block(block);
    }

    private void Append(Job job, Change.BlocksAppended c)
    {
        var added = c.Blocks.Select(job.Add).ToList();
        Reconnect(job);
        foreach (var block in added) Settle(block);
        Finish(job, c.At);
        Touches.Job(job);
    }

    private void Append(Block block, Change.TasksAppended c)
    {
        var first = block.States.Size;
        block.Append(c.Tasks, block.Description.Flags.HasFlag(BlockTraits.SuspendNewTasks) ? TaskState.Suspended : TaskState.Ready);
        Reconnect(block.Job);
        Dependencies.OnReopened(block, first, block.States.Size - 1, Touches);
        Finish(block.Job, c.At);
        Touches.Block(block);
    }

    /// <summary>The edges of a job have changed: tied anew, and what has not started is judged anew.</summary>
    private void Reconnect(Job job)
    {
        var others = JobLinks.Disconnect(job);
        JobLinks.Connect(job, _jobs);
        foreach (var consumer in others.Select(block => block.Job).Distinct()) JobLinks.Connect(consumer, _jobs);
        foreach (var block in job.Blocks.Concat(others)) Dependencies.SettleAll(block, Touches);
    }

    private void Pause(Job job, bool paused)
    {
        job.IsPaused = paused;
        Touches.Job(job);
    }

    private void SetPriority(Job job, int priority)
    {
        job.Description = job.Description with { Priority = priority };
        Touches.Job(job);
    }

    private void LetCome(Job job)
    {
        job.IsBeforeItsTime = false;
        Clocks.Place(job);
        Touches.Job(job);
    }

    private void SetTryNext(Job job, Change.TryNextSet c)
    {
        job.TryNext = c.Tasks;
        Touches.Job(job);
    }

    private void Order(Change.JobsOrdered c)
    {
        foreach (var (id, order) in c.Orders)
        {
            _jobs[id].Order = order;
            Touches.Job(_jobs[id]);
        }
    }

    private void AskDeletion(Job job)
    {
        job.IsDeletionAsked = true;
        _leaving.Add(job);
        Touches.Job(job);
    }

    private void Remove(Job job)
    {
        Debug.Assert(job.RunningTasks == 0, "a job with running tasks is not deleted");
        _jobs.Remove(job.Id);
        var namesakes = _jobsByName[job.Description.Name];
        namesakes.Remove(job);
        if (namesakes.Count == 0) _jobsByName.Remove(job.Description.Name);
        _leaving.Remove(job);
        Clocks.Remove(job);

        _waits.Delist(job);
        _waits.Close(job, Touches);
        JobWaits.Forget(job, Touches);
        foreach (var consumer in JobLinks.Disconnect(job)) Dependencies.SettleAll(consumer, Touches);
        job.Branch.Remove(job);
        job.User.Remove(job);
        foreach (var block in job.Blocks) Touches.Blocks.Add(block);
        Touches.Gone(job);
    }

    /// <summary>Notes whether the job is done now; who waits for it hears of it.</summary>
    private void Finish(Job job, DateTimeOffset at)
    {
        var isFinished = job.IsFinished;
        if (isFinished != (job.Done is not null))
        {
            job.Done = isFinished ? at : null;
            if (isFinished) _waits.Close(job, Touches);
            else _waits.Open(job, Touches);
        }

        if (job.ListedBy.Count == 0 || job.End == job.ToldEnd) return;
        job.ToldEnd = job.End;
        foreach (var waiter in job.ListedBy) Touches.Job(waiter);
    }
}
