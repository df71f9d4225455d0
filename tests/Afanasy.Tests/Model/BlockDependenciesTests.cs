using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class BlockDependenciesTests
{
    [TestCase("a", ExpectedResult = "0")]
    [TestCase("a|b", ExpectedResult = "0,1")]
    [TestCase("a.*", ExpectedResult = "0,3")]
    [TestCase(".*", ExpectedResult = "0,1,3")]
    [TestCase("", ExpectedResult = "")]
    [TestCase("A", ExpectedResult = "")]
    [TestCase("b|a", ExpectedResult = "0,1")]
    [TestCase("^a$", ExpectedResult = "0")]
    [TestCase("c", ExpectedResult = "")]
    [TestCase("ab(", ExpectedResult = "refused")]
    public string A_mask_matches_whole_names_of_other_blocks(string mask)
    {
        var job = Job(("a", "", ""), ("b", "", ""), ("c", "", ""), ("ab", "", ""));
        try
        {
            return string.Join(',', BlockDependencies.Matches(job, 2, mask));
        }
        catch (System.Text.RegularExpressions.RegexParseException)
        {
            return "refused";
        }
    }

    [Test]
    public void Blocks_of_the_same_name_are_matched_but_never_the_block_itself()
    {
        var job = Job(("x", "x", ""), ("x", "", ""), ("x", "", ""));

        Assert.That(BlockDependencies.Matches(job, 1, "x"), Is.EqualTo(new[] { 0, 2 }));
        Assert.That(BlockDependencies.Cycle(job), Is.Empty);
    }

    [Test]
    public void All_masks_of_a_job_are_matched_together_as_each_by_itself([Range(1, 100)] int seed)
    {
        var random = new Random(seed);
        string[] masks = ["", "a", "a|b", "a.*", ".*", "b|c d|nothing", "[ab]", "c d", "a|", "A"];
        string[] names = ["a", "b", "ab", "c d", "a.*"];
        var job = Job([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (names[random.Next(5)], masks[random.Next(10)], masks[random.Next(10)]))]);

        var waits = BlockDependencies.Of(job);

        Assert.That(waits, Has.Count.EqualTo(job.Blocks.Count));
        for (var block = 0; block < job.Blocks.Count; block++)
        {
            Assert.That(waits[block].Blocks, Is.EqualTo(Expected(block, job.Blocks[block].DependMask)));
            Assert.That(waits[block].FrameByFrame, Is.EqualTo(Expected(block, job.Blocks[block].TasksDependMask)));
            Assert.That(BlockDependencies.Matches(job, block, job.Blocks[block].DependMask), Is.EqualTo(waits[block].Blocks));
        }

        IEnumerable<int> Expected(int block, string mask) =>
            Enumerable.Range(0, job.Blocks.Count).Where(other => mask.Length > 0 && other != block && BlockDependencies.Compile(mask).IsMatch(job.Blocks[other].Name));
    }

    [Test]
    public void A_ring_of_any_length_is_found([Values(2, 3, 7, 400)] int length, [Values] bool byFrames)
    {
        var blocks = Enumerable.Range(0, length).Select(i => ($"b{i}", byFrames && i % 2 == 0 ? "" : $"b{(i + 1) % length}", byFrames && i % 2 == 0 ? $"b{(i + 1) % length}" : ""));

        var cycle = BlockDependencies.Cycle(Job([("free", "b0", ""), .. blocks]));

        Assert.That(cycle, Has.Count.EqualTo(length + 1));
        Assert.That(cycle[^1], Is.EqualTo(cycle[0]));
        Assert.That(cycle, Does.Not.Contain(0), "who waits for a ring is not in it");
    }

    [Test]
    public void A_circle_is_found_exactly_where_there_is_one([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var size = random.Next(1, 8);
        var edges = new HashSet<(int From, int To)>();
        for (var i = random.Next(0, size + 3); i > 0; i--) edges.Add((random.Next(size), random.Next(size)));
        edges.RemoveWhere(edge => edge.From == edge.To);
        string Mask(int block) => string.Join('|', edges.Where(edge => edge.From == block).Select(edge => $"b{edge.To}"));

        var cycle = BlockDependencies.Cycle(Job([.. Enumerable.Range(0, size).Select(i => ($"b{i}", i % 2 == 0 ? Mask(i) : "", i % 2 == 1 ? Mask(i) : ""))]));

        Assert.That(cycle.Count > 0, Is.EqualTo(HasCircle(size, edges)));
        for (var i = 1; i < cycle.Count; i++) Assert.That(edges, Does.Contain((cycle[i - 1], cycle[i])));
    }

    /// <summary>Takes away what waits for nothing that is left, until nothing can be taken.</summary>
    private static bool HasCircle(int size, HashSet<(int From, int To)> edges)
    {
        var left = Enumerable.Range(0, size).ToHashSet();
        while (left.RemoveWhere(block => !edges.Any(edge => edge.From == block && left.Contains(edge.To))) > 0)
        {
        }

        return left.Count > 0;
    }

    private static JobDescription Job(params (string Name, string Mask, string TasksMask)[] blocks) => new()
    {
        Blocks = [.. blocks.Select(block => new BlockDescription { Name = block.Name, DependMask = block.Mask, TasksDependMask = block.TasksMask })],
    };
}
