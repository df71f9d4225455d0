using System.Diagnostics;

namespace AfServer.Model;

internal sealed partial class Farm
{
    /// <summary>Makes a fact true. No clock, no random, no I/O, no refusal.</summary>
    public void Apply(Change change)
    {
        switch (change)
        {
            case Change.UserSet c: Set(c); break;
            case Change.UserDeleted c: Remove(_users[c.Name]); break;
            case Change.BranchSet c: Set(c); break;
            case Change.BranchDeleted c: Remove(_branches[c.Path]); break;
            case Change.PoolSet c: Set(c); break;
            case Change.PoolDeleted c: Remove(_pools[c.Path]); break;
            case Change.JobSubmitted c: Submit(c); break;
            case Change.JobEdited c: Edit(_jobs[c.Job], c); break;
            case Change.BlockEdited c: Edit(BlockOf(c.Block), c); break;
            case Change.BlocksAppended c: Append(_jobs[c.Job], c); break;
            case Change.TasksAppended c: Append(BlockOf(c.Block), c); break;
            case Change.JobPaused c: Pause(_jobs[c.Job], true); break;
            case Change.JobResumed c: Pause(_jobs[c.Job], false); break;
            case Change.JobPriorityChanged c: SetPriority(_jobs[c.Job], c.Priority); break;
            case Change.JobTimeCame c: LetCome(_jobs[c.Job]); break;
            case Change.TryNextSet c: SetTryNext(_jobs[c.Job], c); break;
            case Change.JobsOrdered c: Order(c); break;
            case Change.JobDeletionAsked c: AskDeletion(_jobs[c.Job]); break;
            case Change.JobDeleted c: Remove(_jobs[c.Job]); break;
            case Change.RunStarted c: Start(c); break;
            case Change.RunStopAsked c: AskStop(_running[c.Run], c.Cause); break;
            case Change.RunPreempted c: Preempt(_running[c.Run], c.Until); break;
            case Change.RunSpared c: Preempt(_running[c.Run], null); break;
            case Change.FramesPassed c: PassFrames(_running[c.Run], c.Frame); break;
            case Change.RunEnded c: End(c); break;
            case Change.TasksMarked c: Mark(BlockOf(c.Block), c); break;
            case Change.ErrorHostsForgotten c: Forget(BlockOf(c.Block), c.Render); break;
            case Change.BlockWoken c: Wake(BlockOf(c.Block)); break;
            case Change.RenderRegistered c: Register(c); break;
            case Change.RenderSet c: Set(c); break;
            case Change.RenderHealed c: Heal(_renders[c.Render]); break;
            case Change.RenderDeleted c: Remove(_renders[c.Render]); break;
            default: Restore(change); break;
        }
    }

    private void Restore(Change change)
    {
        switch (change)
        {
            case Change.NumbersRestored c: (_lastJob, _lastRender) = (c.LastJob, c.LastRender); break;
            case Change.JobTimesRestored c: Restore(_jobs[c.Job], c); break;
            case Change.TasksRestored c: BlockOf(c.Block).Restore(c.First, c.Last, c.State, c.RanOnce); break;
            case Change.TaskRestored c: Restore(BlockOf(c.Task.BlockId), c); break;
            case Change.ErrorHostRestored c: Restore(BlockOf(c.Block), c); break;
            case Change.BlockRestored c: Restore(BlockOf(c.Block), c); break;
            case Change.ShareRestored c: Restore(c); break;
            case Change.RenderTurnRestored c: _renders[c.Render].LastTurn = c.At; break;
            case Change.RenderHealthRestored c: _renders[c.Render].RestoreHealth(c.Users, c.IsSick); break;
            default: throw new UnreachableException($"{change.GetType().Name} is not applied.");
        }
    }

    private Block BlockOf(Afanasy.Model.BlockId id) => _jobs[id.Job].Blocks[id.Block];
}
