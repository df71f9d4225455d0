using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Where jobs are moved among the jobs of their user with the same priority.</summary>
internal enum JobMove
{
    Up,
    Down,
    Top,
    Bottom,
}

/// <summary>Decides the manual order of a user's jobs. Keys of one user are never equal.</summary>
internal static class JobOrders
{
    public static Decision<ActionAnswer> Move(FarmView view, User user, JobMove move, IReadOnlyList<int> jids, Asker asker, string path = "jids")
    {
        if (Rights.Refusal(view, asker, user.Name) is { } forbidden) return ActionAnswer.Forbid(forbidden);
        var (problems, moved) = (new List<FieldProblem>(), new HashSet<Job>());
        for (var i = 0; i < jids.Count && problems.Count < FieldReader.ProblemsMax; i++)
        {
            if (view.Farm.Jobs.TryGetValue(new JobId(jids[i]), out var job) && job.User == user) moved.Add(job);
            else problems.Add(new($"{path}[{i}]", $"'{user.Name}' has no job {jids[i]}"));
        }

        if (jids.Count == 0) problems.Add(new(path, "is empty: name the jobs to move"));
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);

        var orders = moved.GroupBy(job => job.Description.Priority).SelectMany(group => Orders(user, group.Key, move, moved)).ToList();
        var decision = orders.Count == 0
            ? ActionAnswer.Accept([], 0, "they stand there already")
            : ActionAnswer.Accept([new Change.JobsOrdered(orders) { At = view.Now }], moved.Count, $"{Answers.Counted(moved.Count, "job", "jobs")} moved {(move is JobMove.Top or JobMove.Bottom ? "to the " : "")}{move.ToString().ToLowerInvariant()}");
        return decision with
        {
            Action = new UserAction(view.Now, asker.UserName, asker.HostName, Word(move), $"user {user.Name}", string.Join(',', moved.Take(20).Select(job => job.Id))),
        };
    }

    public static string Word(this JobMove move) => $"move_jobs_{move.ToString().ToLowerInvariant()}";

    /// <summary>A job that comes to another user whose jobs have its place already gets the one behind it that is free.</summary>
    public static IReadOnlyList<Change> MakeRoom(FarmView view, Job job, User to)
    {
        var taken = to.Jobs.Select(other => other.Order).ToHashSet();
        var order = job.Order;
        while (taken.Contains(order)) order++;
        return order == job.Order ? [] : [new Change.JobsOrdered([(job.Id, order)]) { At = view.Now }];
    }

    /// <summary>The jobs of one priority in their new order take the places that they have among themselves.</summary>
    private static IEnumerable<(JobId Job, long Order)> Orders(User user, int priority, JobMove move, HashSet<Job> moved)
    {
        var before = user.Jobs.Where(job => job.Description.Priority == priority).OrderBy(job => job.Order).ThenBy(job => job.Id).ToArray();
        var after = After(before, move, moved);
        if (after.SequenceEqual(before)) return [];
        if (move == JobMove.Top)
        {
            var least = user.Jobs.Min(job => job.Order);
            var count = after.TakeWhile(moved.Contains).Count();
            return after.Take(count).Select((job, place) => (job.Id, least - count + place));
        }

        return after.Zip(before).Where(pair => pair.First != pair.Second).Select(pair => (pair.First.Id, pair.Second.Order));
    }

    private static Job[] After(Job[] before, JobMove move, HashSet<Job> moved)
    {
        if (move == JobMove.Top) return [.. before.Where(moved.Contains), .. before.Where(job => !moved.Contains(job))];
        if (move == JobMove.Bottom) return [.. before.Where(job => !moved.Contains(job)), .. before.Where(moved.Contains)];
        var after = before.ToArray();
        if (move == JobMove.Down) Array.Reverse(after);
        for (var i = 1; i < after.Length; i++)
        {
            if (moved.Contains(after[i]) && !moved.Contains(after[i - 1])) (after[i - 1], after[i]) = (after[i], after[i - 1]);
        }

        if (move == JobMove.Down) Array.Reverse(after);
        return after;
    }
}
