using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>What jobs, users and branches have of the farm, and had: counted anew from the runs.</summary>
internal static class ShareCheck
{
    public static IEnumerable<string> Now(SimulatedFarm stage)
    {
        var (farm, runs) = (stage.Farm, stage.Books.Runs.Values.ToList());
        IEnumerable<string> Compare(string name, Share share, Func<Job, bool> isOf)
        {
            var own = runs.Where(run => isOf(farm.Jobs[run.Id.Job])).ToList();
            if (share.Running != own.Count || share.Capacity != own.Sum(run => (long)run.Grant.Capacity))
                yield return $"{name} has {share.Running} runs of capacity {share.Capacity}, counted are {own.Count} of {own.Sum(run => run.Grant.Capacity)}";
        }

        foreach (var job in farm.Jobs.Values)
        {
            foreach (var line in Compare($"{job.Id}", job.Share, other => other == job)) yield return line;
            if (!job.Branch.Jobs.Contains(job) || !job.User.Jobs.Contains(job) || job.User.Name != job.Description.UserName || job.Branch.Path != job.Description.Branch) yield return $"{job.Id} is not where it says";
        }

        foreach (var user in farm.Users.Values)
        {
            foreach (var line in Compare($"user {user.Name}", user.Share, job => job.User == user)) yield return line;
        }

        foreach (var branch in farm.Branches.Values)
        {
            foreach (var line in Compare($"branch {branch.Path}", branch.Share, job => Candidate.Up(job.Branch).Contains(branch))) yield return line;
            foreach (var member in branch.Users.Values.SelectMany(member => Compare($"{member.User.Name} in {branch.Path}", member.Share, job => job.Owner == member))) yield return member;
            var spent = stage.Books.Seconds.GetValueOrDefault(branch.Path);
            if (Math.Abs(branch.Share.Totals.RunSeconds - spent) > 0.001 * (1 + spent)) yield return $"branch {branch.Path} counts {branch.Share.Totals.RunSeconds:0.###} s, its runs took {spent:0.###}";
        }
    }
}
