using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>
/// How every case of <see cref="Change"/> stands in the journal. A new case takes a number in <see cref="ChangeNumber"/> and a form
/// here. A case that alters takes a form of the next version; how the older one is read goes to the old forms.
/// </summary>
internal static partial class ChangeForms
{
    private static readonly ChangeForm[] _tree =
    [
        ChangeForm.Of<Change.UserSet>(
            ChangeNumber.UserSet, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.WriteText(c.Name);
                w.WriteJson(c.Settings);
            },
            (ref r, at) => new Change.UserSet(r.ReadText(), r.ReadJson<UserSettings>()) { At = at }),
        ChangeForm.Of<Change.UserDeleted>(
            ChangeNumber.UserDeleted, version: 1, fields: 1,
            (ref w, c) => w.WriteText(c.Name),
            (ref r, at) => new Change.UserDeleted(r.ReadText()) { At = at }),
        ChangeForm.Of<Change.BranchSet>(
            ChangeNumber.BranchSet, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.WriteText(c.Path);
                w.WriteJson(c.Settings);
            },
            (ref r, at) => new Change.BranchSet(r.ReadText(), r.ReadJson<BranchSettings>()) { At = at }),
        ChangeForm.Of<Change.BranchDeleted>(
            ChangeNumber.BranchDeleted, version: 1, fields: 1,
            (ref w, c) => w.WriteText(c.Path),
            (ref r, at) => new Change.BranchDeleted(r.ReadText()) { At = at }),
        ChangeForm.Of<Change.PoolSet>(
            ChangeNumber.PoolSet, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.WriteText(c.Path);
                w.WriteJson(c.Settings);
            },
            (ref r, at) => new Change.PoolSet(r.ReadText(), r.ReadJson<PoolSettings>()) { At = at }),
        ChangeForm.Of<Change.PoolDeleted>(
            ChangeNumber.PoolDeleted, version: 1, fields: 1,
            (ref w, c) => w.WriteText(c.Path),
            (ref r, at) => new Change.PoolDeleted(r.ReadText()) { At = at }),
        ChangeForm.Of<Change.RenderRegistered>(
            ChangeNumber.RenderRegistered, version: 2, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Render);
                w.WriteText(c.Name);
                w.Write(c.Offer);
            },
            (ref r, at) => new Change.RenderRegistered(r.ReadRenderId(), r.ReadText(), r.ReadOffer()) { At = at }),
        ChangeForm.Of<Change.RenderSet>(
            ChangeNumber.RenderSet, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Render);
                w.WriteText(c.Pool);
                w.WriteJson(c.Settings);
            },
            (ref r, at) => new Change.RenderSet(r.ReadRenderId(), r.ReadText(), r.ReadJson<RenderSettings>()) { At = at }),
        ChangeForm.Of<Change.RenderHealed>(
            ChangeNumber.RenderHealed, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Render),
            (ref r, at) => new Change.RenderHealed(r.ReadRenderId()) { At = at }),
        ChangeForm.Of<Change.RenderDeleted>(
            ChangeNumber.RenderDeleted, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Render),
            (ref r, at) => new Change.RenderDeleted(r.ReadRenderId()) { At = at }),
    ];

    private static readonly ChangeForm[] _jobs =
    [
        ChangeForm.Of<Change.JobSubmitted>(
            ChangeNumber.JobSubmitted, version: 2, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.WriteJson(c.Description);
            },
            (ref r, at) => new Change.JobSubmitted(r.ReadJobId(), r.ReadJson<JobDescription>()) { At = at }),
        ChangeForm.Of<Change.JobEdited>(
            ChangeNumber.JobEdited, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.WriteJson(c.Description);
            },
            (ref r, at) => new Change.JobEdited(r.ReadJobId(), r.ReadJson<JobDescription>()) { At = at }),
        ChangeForm.Of<Change.BlockEdited>(
            ChangeNumber.BlockEdited, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.WriteJson(c.Description);
            },
            (ref r, at) => new Change.BlockEdited(r.ReadBlockId(), r.ReadJson<BlockDescription>()) { At = at }),
        ChangeForm.Of<Change.BlocksAppended>(
            ChangeNumber.BlocksAppended, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.WriteJson(c.Blocks);
            },
            (ref r, at) => new Change.BlocksAppended(r.ReadJobId(), r.ReadJson<IReadOnlyList<BlockDescription>>()) { At = at }),
        ChangeForm.Of<Change.TasksAppended>(
            ChangeNumber.TasksAppended, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.WriteJson(c.Tasks);
            },
            (ref r, at) => new Change.TasksAppended(r.ReadBlockId(), r.ReadJson<IReadOnlyList<TaskDescription>>()) { At = at }),
        ChangeForm.Of<Change.JobPaused>(
            ChangeNumber.JobPaused, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobPaused(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.JobResumed>(
            ChangeNumber.JobResumed, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobResumed(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.JobPriorityChanged>(
            ChangeNumber.JobPriorityChanged, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.Write(c.Priority);
            },
            (ref r, at) => new Change.JobPriorityChanged(r.ReadJobId(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.JobTimeCame>(
            ChangeNumber.JobTimeCame, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobTimeCame(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.TryNextSet>(
            ChangeNumber.TryNextSet, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.Write(c.Tasks);
            },
            (ref r, at) => new Change.TryNextSet(r.ReadJobId(), r.ReadTaskIds()) { At = at }),
        ChangeForm.Of<Change.JobsOrdered>(
            ChangeNumber.JobsOrdered, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Orders),
            (ref r, at) => new Change.JobsOrdered(r.ReadOrders()) { At = at }),
        ChangeForm.Of<Change.JobDeletionAsked>(
            ChangeNumber.JobDeletionAsked, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobDeletionAsked(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.JobDeleted>(
            ChangeNumber.JobDeleted, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobDeleted(r.ReadJobId()) { At = at }),
    ];

    private static readonly ChangeForm[] _runs =
    [
        ChangeForm.Of<Change.RunStarted>(
            ChangeNumber.RunStarted, version: 2, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.Write(c.Render);
                w.Write(c.Grant);
            },
            (ref r, at) => new Change.RunStarted(r.ReadRunId(), r.ReadRenderId()) { At = at, Grant = r.ReadGrant() }),
        ChangeForm.Of<Change.RunStopAsked>(
            ChangeNumber.RunStopAsked, version: 2, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.WriteChoice(c.Cause);
            },
            (ref r, at) => new Change.RunStopAsked(r.ReadRunId(), r.ReadChoice<StopCause>()) { At = at }),
        ChangeForm.Of<Change.RunPreempted>(
            ChangeNumber.RunPreempted, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.Write(c.Until.UtcTicks);
            },
            (ref r, at) => new Change.RunPreempted(r.ReadRunId(), r.ReadTime()) { At = at }),
        ChangeForm.Of<Change.RunSpared>(
            ChangeNumber.RunSpared, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Run),
            (ref r, at) => new Change.RunSpared(r.ReadRunId()) { At = at }),
        ChangeForm.Of<Change.FramesPassed>(
            ChangeNumber.FramesPassed, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.Write(c.Frame);
            },
            (ref r, at) => new Change.FramesPassed(r.ReadRunId(), r.ReadInt64()) { At = at }),
        ChangeForm.Of<Change.RunEnded>(
            ChangeNumber.RunEnded, version: 1, fields: 4,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.WriteChoice(c.Outcome);
                w.Write(c.ExitCode);
                w.WriteText(c.Reason);
            },
            (ref r, at) => new Change.RunEnded(r.ReadRunId(), r.ReadChoice<RunOutcome>(), r.ReadInt32(), r.ReadText()) { At = at }),
        ChangeForm.Of<Change.TasksMarked>(
            ChangeNumber.TasksMarked, version: 1, fields: 4,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.First);
                w.Write(c.Last);
                w.WriteChoice(c.Mark);
            },
            (ref r, at) => new Change.TasksMarked(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32(), r.ReadChoice<TaskMark>()) { At = at }),
        ChangeForm.Of<Change.ErrorHostsForgotten>(
            ChangeNumber.ErrorHostsForgotten, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.Render);
            },
            (ref r, at) => new Change.ErrorHostsForgotten(r.ReadBlockId(), r.ReadMaybeRenderId()) { At = at }),
        ChangeForm.Of<Change.BlockWoken>(
            ChangeNumber.BlockWoken, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Block),
            (ref r, at) => new Change.BlockWoken(r.ReadBlockId()) { At = at }),
    ];

    private static readonly ChangeForm[] _restored =
    [
        ChangeForm.Of<Change.NumbersRestored>(
            ChangeNumber.NumbersRestored, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.LastJob);
                w.Write(c.LastRender);
            },
            (ref r, at) => new Change.NumbersRestored(r.ReadInt32(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.JobTimesRestored>(
            ChangeNumber.JobTimesRestored, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.Write(c.Started);
                w.Write(c.Done);
            },
            (ref r, at) => new Change.JobTimesRestored(r.ReadJobId(), r.ReadMaybeTime(), r.ReadMaybeTime()) { At = at }),
        ChangeForm.Of<Change.TasksRestored>(
            ChangeNumber.TasksRestored, version: 1, fields: 5,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.First);
                w.Write(c.Last);
                w.WriteChoice(c.State);
                w.Write(c.RanOnce);
            },
            (ref r, at) => new Change.TasksRestored(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32(), r.ReadChoice<TaskState>(), r.ReadBoolean()) { At = at }),
        ChangeForm.Of<Change.TaskRestored>(
            ChangeNumber.TaskRestored, version: 2, fields: 6,
            (ref w, c) =>
            {
                w.Write(c.Task);
                w.Write(c.Runs);
                w.Write(c.Errors);
                w.Write(c.LastRender);
                w.Write(c.LastOutcome);
                w.Write(c.Memory);
            },
            (ref r, at) => new Change.TaskRestored(r.ReadTaskId(), r.ReadInt32(), r.ReadInt32(), r.ReadMaybeRenderId(), r.ReadMaybeOutcome(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.ErrorHostRestored>(
            ChangeNumber.ErrorHostRestored, version: 1, fields: 4,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.Task);
                w.Write(c.Render);
                w.Write(c.Errors);
            },
            (ref r, at) => new Change.ErrorHostRestored(r.ReadBlockId(), r.ReadInt32(), r.ReadRenderId(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.BlockRestored>(
            ChangeNumber.BlockRestored, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.SleepsUntil);
                w.Write(c.Times);
            },
            (ref r, at) => new Change.BlockRestored(r.ReadBlockId(), r.ReadMaybeTime(), r.ReadTimes()) { At = at }),
        ChangeForm.Of<Change.ShareRestored>(
            ChangeNumber.ShareRestored, version: 1, fields: 7,
            (ref w, c) =>
            {
                w.WriteChoice(c.Owner);
                w.WriteText(c.Path);
                w.WriteText(c.User);
                w.Write(c.Job);
                w.Write(c.LastSolved);
                w.Write(c.Usage);
                w.Write(c.Totals);
            },
            (ref r, at) => new Change.ShareRestored(r.ReadChoice<ShareOwner>(), r.ReadText(), r.ReadText(), r.ReadMaybeJobId(), r.ReadInt64(), r.ReadDouble(), r.ReadTotals()) { At = at }),
        ChangeForm.Of<Change.RenderHealthRestored>(
            ChangeNumber.RenderHealthRestored, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Render);
                w.WriteTexts(c.Users);
                w.Write(c.IsSick);
            },
            (ref r, at) => new Change.RenderHealthRestored(r.ReadRenderId(), r.ReadTexts(), r.ReadBoolean()) { At = at }),
        ChangeForm.Of<Change.RenderTurnRestored>(
            ChangeNumber.RenderTurnRestored, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Render),
            (ref r, at) => new Change.RenderTurnRestored(r.ReadRenderId()) { At = at }),
    ];

    public static IReadOnlyList<ChangeForm> All { get; } = [.. _tree, .. _jobs, .. _runs, .. _restored, .. Old()];
}
