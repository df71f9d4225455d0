using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides what people ask of the tree of branches.</summary>
internal static class BranchRequests
{
    public static readonly IReadOnlyList<string> Words = [NodeAction.Set, "delete", "delete_done_jobs", "pause", "start"];

    /// <summary>Makes a branch, and those above it that are not there yet; the members of the action are its settings.</summary>
    public static Decision<ActionAnswer> Add(FarmView view, string path, NodeAction action, Asker asker)
    {
        if (NodeRights.Refusal(view, asker) is { } refusal) return ActionAnswer.Forbid(refusal);
        if (PathProblem(path) is { } wrong) return ActionAnswer.Refuse("path", wrong);
        if (view.Farm.Branches.ContainsKey(path)) return ActionAnswer.Refuse("", $"There is a branch '{path}' already.");
        var (settings, problems) = SettingsJson.Edit(new BranchSettings(), action.Members, NodeAction.FieldPath);
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);

        var missing = new List<string>();
        for (var next = path; !view.Farm.Branches.ContainsKey(next); next = Farm.ParentPath(next)) missing.Insert(0, next);
        if (view.Farm.Branches.Count + missing.Count > BranchPaths.BranchesMax) return ActionAnswer.Refuse("", $"There would be more than {BranchPaths.BranchesMax} branches, which is the most.");
        var changes = missing.Select(each => (Change)new Change.BranchSet(each, each == path ? settings : new BranchSettings()) { At = view.Now });
        return Answers.Done(view, asker, action, path, missing.Count, $"branch {path} is there", [.. changes]);
    }

    public static Decision<ActionAnswer> Act(FarmView view, Branch branch, NodeAction action, Asker asker)
    {
        if (NodeRights.Refusal(view, asker) is { } refusal) return ActionAnswer.Forbid(refusal);
        var ask = new Ask(view, branch, action, asker);
        return action.Operation switch
        {
            NodeAction.Set => Set(ask),
            "delete" => Delete(ask),
            "delete_done_jobs" => DeleteDoneJobs(ask),
            "pause" => Pause(ask, true),
            "start" => Pause(ask, false),
            _ => Answers.Unknown(action, Words),
        };
    }

    private static string? PathProblem(string path)
    {
        if (path.Length > NodeNames.PathLengthMax) return $"must be at most {NodeNames.PathLengthMax} characters, has {path.Length}";
        if (path == Branch.RootPath || BranchPaths.Normal(path) != path) return $"must be a path such as /project/shot, was '{path}'";
        var names = path[1..].Split('/');
        if (names.Length > BranchPaths.DepthMax) return $"must have at most {BranchPaths.DepthMax} levels, has {names.Length}";
        return names.Select(NodeNames.Problem).FirstOrDefault(problem => problem is not null) is { } wrong ? $"has a level that {wrong}" : null;
    }

    private static Decision<ActionAnswer> Set(Ask ask)
    {
        var (settings, problems) = SettingsJson.Edit(ask.Branch.Settings, ask.Action.Members, NodeAction.FieldPath);
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : ask.Done(1, "set", [new Change.BranchSet(ask.Branch.Path, settings) { At = ask.View.Now }]);
    }

    private static Decision<ActionAnswer> Delete(Ask ask)
    {
        var branch = ask.Branch;
        if (branch.Parent is null) return ActionAnswer.Refuse("", "The branch that everything hangs on cannot be deleted.");
        if (branch.Children.Count > 0 || branch.Jobs.Count > 0)
        {
            return ActionAnswer.Refuse("", $"Branch '{branch.Path}' has {Answers.Counted(branch.Children.Count, "branch", "branches")} and "
                + $"{Answers.Counted(branch.Jobs.Count, "job", "jobs")}. Delete or move them first.");
        }

        return ask.Done(1, $"branch {branch.Path} is gone", [new Change.BranchDeleted(branch.Path) { At = ask.View.Now }]);
    }

    private static Decision<ActionAnswer> DeleteDoneJobs(Ask ask)
    {
        var done = JobsBelow(ask.Branch).Where(job => job.State == JobState.Done && !job.IsDeletionAsked).OrderBy(job => job.Id).ToList();
        return ask.Done(
            done.Count, $"{Answers.Counted(done.Count, "job that is done is", "jobs that are done are")} deleted",
            [.. done.Select(job => new Change.JobDeletionAsked(job.Id) { At = ask.View.Now })]);
    }

    public static IEnumerable<Job> JobsBelow(Branch branch) => branch.Jobs.Concat(branch.Children.SelectMany(JobsBelow));

    private static Decision<ActionAnswer> Pause(Ask ask, bool paused)
    {
        var branch = ask.Branch;
        if (branch.Settings.Paused == paused) return ask.Done(0, paused ? "was paused already" : "was not paused", []);
        return ask.Done(
            1, paused ? "paused; running tasks go on" : "started",
            [new Change.BranchSet(branch.Path, branch.Settings with { Paused = paused }) { At = ask.View.Now }]);
    }

    /// <summary>One operation with all that it looks at.</summary>
    private sealed record Ask(FarmView View, Branch Branch, NodeAction Action, Asker Asker)
    {
        public Decision<ActionAnswer> Done(int changed, string detail, IReadOnlyList<Change> changes) =>
            Answers.Done(View, Asker, Action, Branch.Path, changed, detail, changes);
    }
}
