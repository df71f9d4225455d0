using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides what people ask of a user.</summary>
internal static class UserRequests
{
    public static readonly IReadOnlyList<string> Words = [NodeAction.Set, "delete", .. Enum.GetValues<JobMove>().Select(move => move.Word())];

    public static Decision<ActionAnswer> Act(FarmView view, User user, NodeAction action, Asker asker)
    {
        foreach (var move in Enum.GetValues<JobMove>())
        {
            if (action.Operation == move.Word()) return Move(view, user, move, action, asker);
        }

        if (NodeRights.Refusal(view, asker, action, user) is { } refusal) return ActionAnswer.Forbid(refusal);
        return action.Operation switch
        {
            NodeAction.Set => Set(view, user, action, asker),
            "delete" => Delete(view, user, action, asker),
            _ => Answers.Unknown(action, Words),
        };
    }

    private static Decision<ActionAnswer> Move(FarmView view, User user, JobMove move, NodeAction action, Asker asker)
    {
        var problems = new List<FieldProblem>();
        var fields = action.Read(problems);
        var jobs = fields.Wholes("jobs");
        fields.RefuseUnknown();
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : JobOrders.Move(view, user, move, jobs, asker, $"{NodeAction.FieldPath}.jobs");
    }

    private static Decision<ActionAnswer> Set(FarmView view, User user, NodeAction action, Asker asker)
    {
        var (settings, problems) = SettingsJson.Edit(user.Settings, action.Members, NodeAction.FieldPath);
        return problems.Count > 0
            ? ActionAnswer.Refuse(problems)
            : Answers.Done(view, asker, action, user.Name, 1, "set", [new Change.UserSet(user.Name, settings) { At = view.Now }]);
    }

    private static Decision<ActionAnswer> Delete(FarmView view, User user, NodeAction action, Asker asker) =>
        user.Jobs.Count > 0
            ? ActionAnswer.Refuse("", $"User '{user.Name}' has {Answers.Counted(user.Jobs.Count, "job", "jobs")}. Delete them first.")
            : Answers.Done(view, asker, action, user.Name, 1, $"{user.Name} is forgotten", [new Change.UserDeleted(user.Name) { At = view.Now }]);
}
