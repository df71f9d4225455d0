using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Solving;
using FsCheck;
using FsCheck.Fluent;

namespace Afanasy.Tests.Solving;

/// <summary>The order of service, whatever was placed, moved and taken out before.</summary>
public sealed class WorkTreeTests
{
    private const int Branches = 3;
    private const int LeavesPerBranch = 4;

    private static readonly Arbitrary<(int Node, int Turn, bool Show)[]> _scripts =
        (from node in Gen.Choose(0, Branches + (Branches * LeavesPerBranch))
         from turn in Gen.Choose(0, 5)
         from show in Gen.Choose(0, 3)
         select (node, turn, show > 0)).ArrayOf(60).ToArbitrary();

    private readonly List<Outlook> _needs = [];
    private readonly List<WorkNode> _nodes = [];

    [Test]
    public void The_first_is_the_least_of_all_that_may_start() =>
        Prop.ForAll(_scripts, script =>
        {
            var tree = new WorkTreeTests();
            tree.Grow();
            return script.All(step => tree.Agrees(step.Node, step.Turn, step.Show));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    /// <summary>A root, branches below it, and lots of three needs below each.</summary>
    private void Grow()
    {
        var farm = new TestFarm();
        var job = farm.Submit([.. Enumerable.Range(1, 3).Select(capacity => TestFarm.Frames($"b{capacity}", 9) with { Capacity = capacity })]);
        _needs.AddRange(job.Blocks.Select(block => Need.Of(block, 0)).Select(need => new Outlook(need, new Reach(need))));
        _nodes.Add(new WorkNode(null, null));
        for (var branch = 0; branch < Branches; branch++) _nodes.Add(new WorkNode(_nodes[0], null));
        for (var leaf = 0; leaf < Branches * LeavesPerBranch; leaf++)
            _nodes.Add(new WorkNode(_nodes[1 + (leaf / LeavesPerBranch)], new Lot(job.Blocks[leaf % 3], 0, _needs[leaf % 3])));
    }

    private bool Agrees(int number, int turn, bool show)
    {
        _nodes[number].Place(new Turn(turn, 0, number, ""), show);
        return Subsets().All(needs => First(needs) == Least(needs));
    }

    private IEnumerable<List<Outlook>> Subsets() => Enumerable.Range(0, 8).Select(bits => _needs.Where((_, at) => (bits & (1 << at)) != 0).ToList());

    private Lot? First(List<Outlook> needs)
    {
        var node = _nodes[0];
        while (node is not null && node.Lot is null) node = node.First(needs);
        return node?.Lot;
    }

    private Lot? Least(List<Outlook> needs) => _nodes
        .Where(node => node.Lot is { } lot && needs.Contains(lot.Outlook) && node.IsShown && node.Parent!.IsShown)   // leaves have a branch above them
        .OrderBy(node => node.Parent!.Turn).ThenBy(node => node.Turn).FirstOrDefault()?.Lot;
}
