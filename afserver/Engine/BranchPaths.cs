using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Where a job lands in the tree of branches; CGRU contract §2.9.</summary>
internal static class BranchPaths
{
    /// <summary>Levels that jobs may make. Every start of a task is counted at each of them; folders of productions are shallower.</summary>
    public const int DepthMax = 32;

    /// <summary>Characters of one level: a folder's name.</summary>
    public const int PartLengthMax = 255;

    /// <summary>Jobs make no more branches than this, as each is kept until somebody deletes it.</summary>
    public const int BranchesMax = 100_000;

    /// <summary>A leading slash, no empty parts and no dots; a path of Windows reads like any other.</summary>
    public static string Normal(string path) => "/" + string.Join('/', Parts(path));

    /// <summary>The branch that a submission means: its own, else its project's.</summary>
    public static string Wanted(JobDescription job)
    {
        var branch = Normal(job.Branch);
        return branch == Branch.RootPath && job.Project.Length > 0 ? Normal(job.Project.Replace('/', '_').Replace('\\', '_')) : branch;
    }

    /// <summary>The deepest level of a normal path that is there or may be made, and what makes it.</summary>
    public static (string Path, IReadOnlyList<Change> Made) Land(FarmView view, string path)
    {
        var made = new List<Change>();
        var (at, mayMake, depth) = (Branch.RootPath, view.Farm.RootBranch.Settings.CreateChilds, 0);
        foreach (var part in Parts(path))
        {
            var below = at == Branch.RootPath ? at + part : $"{at}/{part}";
            if (view.Farm.Branches.TryGetValue(below, out var there))
            {
                mayMake = there.Settings.CreateChilds;
            }
            else
            {
                var settings = new BranchSettings();
                if (!mayMake || depth == DepthMax || part.Length > PartLengthMax || view.Farm.Branches.Count + made.Count >= BranchesMax) break;
                made.Add(new Change.BranchSet(below, settings) { At = view.Now });
                mayMake = settings.CreateChilds;
            }

            at = below;
            depth++;
        }

        return (at, made);
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', '\\').Select(part => part.Trim()).Where(part => part.Length > 0 && part is not ("." or ".."));
}
