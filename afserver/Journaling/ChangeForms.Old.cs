using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Journaling;

internal static partial class ChangeForms
{
    /// <summary>What older servers wrote, read as what is said now. Never take one away: journals with it are out there.</summary>
    private static ChangeForm[] Old() =>
    [
        ChangeForm.Old(
            ChangeNumber.UserRegistered, version: 1, fields: 1,
            (ref r, at) => new Change.UserSet(r.ReadText(), new UserSettings()) { At = at }),
        ChangeForm.Old(
            ChangeNumber.JobSubmitted, version: 1, fields: 2,
            (ref r, at) => new Change.JobSubmitted(r.ReadJobId(), Placed(r.ReadJson<JobDescription>())) { At = at }),
        ChangeForm.Old(
            ChangeNumber.RunStarted, version: 1, fields: 2,
            (ref r, at) => new Change.RunStarted(r.ReadRunId(), r.ReadRenderId()) { At = at }),
        ChangeForm.Old(
            ChangeNumber.RunStopAsked, version: 1, fields: 2,
            (ref r, at) => new Change.RunStopAsked(r.ReadRunId(), r.ReadChoice<TaskState>() == TaskState.Skipped ? StopCause.Skip : StopCause.Restart) { At = at }),
        ChangeForm.Old(
            ChangeNumber.TasksRestarted, version: 1, fields: 3,
            (ref r, at) => new Change.TasksMarked(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32(), TaskMark.Restart) { At = at }),
        ChangeForm.Old(
            ChangeNumber.TasksSkipped, version: 1, fields: 3,
            (ref r, at) => new Change.TasksMarked(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32(), TaskMark.Skip) { At = at }),
        ChangeForm.Old(
            ChangeNumber.RenderRegistered, version: 1, fields: 3,
            (ref r, at) => new Change.RenderRegistered(r.ReadRenderId(), r.ReadText(), r.ReadOldOffer()) { At = at }),
        ChangeForm.Old(
            ChangeNumber.TaskRestored, version: 1, fields: 4,
            (ref r, at) => new Change.TaskRestored(r.ReadTaskId(), r.ReadInt32(), r.ReadInt32(), r.ReadMaybeRenderId(), null, 0) { At = at }),
    ];

    /// <summary>Before there were branches all jobs were solved side by side, and a block without listed tasks was a range of frames whatever its bits said.</summary>
    private static JobDescription Placed(JobDescription job) => job with
    {
        Branch = Branch.RootPath,
        Blocks = [.. job.Blocks.Select(block => block with { Flags = block.Tasks.Count == 0 ? block.Flags | BlockTraits.Numeric : block.Flags & ~BlockTraits.Numeric })],
    };
}
