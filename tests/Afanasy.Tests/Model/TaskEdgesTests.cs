using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class TaskEdgesTests
{
    [TestCase("b", ExpectedResult = "1:0>1:1", Description = "a name of the same block")]
    [TestCase("2", ExpectedResult = "1:0>1:2", Description = "a number of the same block")]
    [TestCase("3", ExpectedResult = "1:0>1:4", Description = "names win over numbers")]
    [TestCase("same", ExpectedResult = "1:0>1:5,1:0>1:6", Description = "all tasks of a name")]
    [TestCase("x:y", ExpectedResult = "1:0>1:7", Description = "a name with a colon, though there is a block x")]
    [TestCase("x:z", ExpectedResult = "1:0>2:1")]
    [TestCase("x:0", ExpectedResult = "1:0>2:0")]
    [TestCase("2:z", ExpectedResult = "1:0>2:1", Description = "a block by number")]
    [TestCase("0:7", ExpectedResult = "1:0>0:7", Description = "a block named 0 would win, there is none")]
    [TestCase("frames:7", ExpectedResult = "1:0>0:7", Description = "a numeric block by number")]
    [TestCase("frames:frame 7", ExpectedResult = "1:0>0:6", Description = "and by display name")]
    [TestCase("chunks:frame 5-9 / 2", ExpectedResult = "1:0>3:1")]
    [TestCase("chunks:frame 5-9", ExpectedResult = "unknown")]
    [TestCase("named:shot -005", ExpectedResult = "1:0>4:0")]
    [TestCase("named:shot 0000", ExpectedResult = "1:0>4:5")]
    [TestCase("named:shot 0", ExpectedResult = "unknown")]
    [TestCase("all alike:still", ExpectedResult = "1:0>5:0,1:0>5:1")]
    [TestCase("a:b:c", ExpectedResult = "1:0>6:0", Description = "a block whose name has a colon")]
    [TestCase("twin:t", ExpectedResult = "1:0>7:0,1:0>8:0", Description = "all blocks of a name")]
    [TestCase("frames:10", ExpectedResult = "unknown")]
    [TestCase("frames:frame 11", ExpectedResult = "unknown")]
    [TestCase("frames:frame 007", ExpectedResult = "unknown")]
    [TestCase("x:y:z", ExpectedResult = "unknown")]
    [TestCase("-1", ExpectedResult = "unknown")]
    [TestCase("+1", ExpectedResult = "unknown")]
    [TestCase("99999999999999999999", ExpectedResult = "unknown")]
    [TestCase("", ExpectedResult = "unknown")]
    [TestCase(":", ExpectedResult = "unknown")]
    [TestCase("nothing", ExpectedResult = "unknown")]
    public string A_text_means_tasks(string text)
    {
        var job = Job(
            Range("frames", 1, 10, 1, 1),
            List("listed", Task("a", text), Task("b"), Task(""), Task("d"), Task("3"), Task("same"), Task("same"), Task("x:y")),
            List("x", Task("y"), Task("z")),
            Range("chunks", -1, 20, 3, 2),
            Range("named", -5, 5, 1, 1) with { TasksName = "shot @####@" },
            Range("all alike", 1, 2, 1, 1) with { TasksName = "still" },
            List("a:b", Task("c")),
            List("twin", Task("t")),
            List("twin", Task("t")));

        var (edges, problems) = TaskEdges.Of(job);

        if (problems.Count == 0) return Text(edges);
        Assert.That(problems.Select(problem => problem.Path), Is.EqualTo(new[] { "blocks[1].tasks[0].depends_on[0]" }));
        return "unknown";
    }

    [TestCase("compp", "means no task: block 'main' has tasks 0 to 2, none of them is 'compp'; did you mean 'comp'?")]
    [TestCase("12", "means no task: block 'main' has tasks 0 to 2, none of them is '12'")]
    [TestCase("frames:12", "means no task: block 'frames' has tasks 0 to 9, none of them is '12'")]
    [TestCase("frame:1", "means no task: no block is named 'frame'; did you mean 'frames'?")]
    [TestCase("other:shoot 1", "means no task: block 'other' has one task, number 0, none of them is 'shoot 1'; did you mean 'shot 1'?")]
    [TestCase("empty:1", "means no task: block 'empty' has no tasks, none of them is '1'")]
    public void An_unknown_name_is_a_problem_that_says_what_was_meant(string text, string expected)
    {
        var job = Job(Range("frames", 1, 10, 1, 1), List("main", Task("comp"), Task("x", "comp", text), Task("y")), List("other", Task("shot 1")), List("empty"));

        var (_, problems) = TaskEdges.Of(job);

        Assert.That(problems, Is.EqualTo(new[] { new FieldProblem("blocks[1].tasks[1].depends_on[1]", expected) }));
    }

    [TestCase(7, ExpectedResult = "0:0>1:0")]
    [TestCase(8, ExpectedResult = "", Description = "more colons than are tried")]
    public string A_name_with_many_colons_is_cut_at_the_first_ones(int colons)
    {
        var name = new string(':', colons);

        return Text(TaskEdges.Of(Job(List("x", Task("a", $"{name}:b")), List(name, Task("b")))).Edges);
    }

    [Test]
    public void A_text_longer_than_any_name_means_no_task_and_is_not_said_back()
    {
        var (_, problems) = TaskEdges.Of(Job(List("x", Task("a", new string('b', 2_000_000)))));

        Assert.That(problems.Single().Text, Has.Length.LessThan(300));
    }

    [Test]
    public void Only_the_first_wrong_names_are_compared_with_the_right_ones()
    {
        var (_, problems) = TaskEdges.Of(Job(List("x", [Task("first"), .. Enumerable.Repeat(Task("a", "fist"), 50)])));

        Assert.That(problems.Select(problem => problem.Text.EndsWith("; did you mean 'first'?", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Range(0, 50).Select(i => i < 10)));
    }

    [Test]
    public void The_same_dependency_said_twice_is_one_edge() =>
        Assert.That(Text(TaskEdges.Of(Job(List("b", Task("a"), Task("x", "a", "0", "b:a", "0:0")))).Edges), Is.EqualTo("0:1>0:0"));

    [Test]
    public void Any_graph_without_a_circle_is_taken()
    {
        var job = Job(List("b", Task("top", "left", "right"), Task("left", "end"), Task("right", "end"), Task("end")));

        var (edges, problems) = TaskEdges.Of(job);

        Assert.That(problems, Is.Empty);
        Assert.That(Text(edges), Is.EqualTo("0:0>0:1,0:0>0:2,0:1>0:3,0:2>0:3"));
    }

    [Test]
    public void A_circle_is_refused_with_its_tasks_named()
    {
        Assert.That(Problem(Job(List("x", Task("a", "b"), Task("b", "a")))), Is.EqualTo("blocks[0].tasks[0].depends_on: dependency cycle: 'a' waits for 'b' waits for 'a'"));
        Assert.That(Problem(Job(List("x", Task("a", "a")))), Is.EqualTo("blocks[0].tasks[0].depends_on: dependency cycle: 'a' waits for 'a'"));
        Assert.That(Problem(Job(List("x", Task("", "1"), Task("", "0")))), Is.EqualTo("blocks[0].tasks[0].depends_on: dependency cycle: '0' waits for '1' waits for '0'"));
        Assert.That(Problem(Job(List("x", Task("a", "y:b")), List("y", Task("b", "x:a")))), Is.EqualTo("blocks[0].tasks[0].depends_on: dependency cycle: 'x:a' waits for 'y:b' waits for 'x:a'"));
        Assert.That(Problem(Job(List("free", Task("f", "x:a")), List("x", Task("a", "b"), Task("b", "a")))), Is.EqualTo("blocks[1].tasks[0].depends_on: dependency cycle: 'a' waits for 'b' waits for 'a'"));
    }

    [Test]
    public void A_circle_over_a_whole_block_is_refused()
    {
        var job = Job(List("x", Task("a", "y:frame 3")), Range("y", 1, 10, 1, 1) with { DependMask = "x" });

        Assert.That(Problem(job), Is.EqualTo("blocks[0].tasks[0].depends_on: dependency cycle: 'x:a' waits for 'y:frame 3' waits for all of 'x' waits for 'x:a'"));
    }

    [Test]
    public void A_circle_over_frames_is_refused_and_a_spiral_is_not()
    {
        JobDescription Chain(string text) => Job(
            Range("sim", 1, 10, 1, 1) with { TasksDependMask = "cache" },
            List("cache", [.. Enumerable.Range(0, 10).Select(i => i == 5 ? Task($"c{i}", text) : Task($"c{i}"))]));

        Assert.That(TaskEdges.Of(Chain("sim:4")).Problems, Is.Empty, "frame 6 waits for what waits for frame 5");
        Assert.That(TaskEdges.Of(Chain("sim:6")).Problems, Is.Empty);
        Assert.That(Problem(Chain("sim:5")), Is.EqualTo("blocks[1].tasks[5].depends_on: dependency cycle: 'cache:c5' waits for 'sim:frame 6' waits for 'cache:c5'"));
    }

    [Test]
    public void A_circle_of_blocks_alone_is_refused_too() =>
        Assert.That(Problem(Job(Range("a", 1, 2, 1, 1) with { DependMask = "b" }, Range("b", 1, 2, 1, 1) with { TasksDependMask = "a" })), Is.EqualTo("blocks: dependency cycle: 'a' waits for 'b' waits for 'a'"));

    [Test]
    public void A_circle_is_found_exactly_where_there_is_one([Range(1, 400)] int seed)
    {
        var random = new Random(seed);
        var job = Job([.. Enumerable.Range(0, random.Next(1, 5)).Select(number => Any(random, number))]);

        var (edges, problems) = TaskEdges.Of(job);

        Assert.That(problems.Count > 0, Is.EqualTo(HasCircle(job, edges)), string.Join(' ', problems));
        Assert.That(problems.Select(problem => problem.Text), Has.All.StartsWith("dependency cycle: "));
        Assert.That(TaskEdges.OfJudged(job), Is.EqualTo(edges));
    }

    [Test]
    public void A_long_chain_is_followed_and_a_long_circle_is_told_in_short()
    {
        JobDescription Chain(string first) => Job(List("x", [.. Enumerable.Range(0, 200_000).Select(i => Task($"t{i}", i == 0 ? [] : [$"t{i - 1}"])).Skip(1).Prepend(Task("t0", first.Length == 0 ? [] : [first]))]));

        Assert.That(TaskEdges.Of(Chain("")).Problems, Is.Empty);
        Assert.That(Problem(Chain("t199999")), Does.Match("^blocks\\[0\\].tasks\\[0\\].depends_on: dependency cycle: 't0' waits for 't199999' .* waits for … \\(199981 more\\) waits for 't0'$"));
    }

    [Test]
    public void Blocks_that_no_edge_can_reach_are_not_looked_into()
    {
        var frames = Range("frames", 1, 2_000_000, 1, 1);
        var job = Job(frames, frames with { Name = "comp", TasksDependMask = "frames" }, frames with { Name = "all", DependMask = "frames|comp" }, List("x", Task("a", "b", "comp:frame 7"), Task("b")));

        var (edges, problems) = TaskEdges.Of(job);

        Assert.That(problems, Is.Empty);
        Assert.That(Text(edges), Is.EqualTo("3:0>3:1,3:0>1:6"));
    }

    [Test]
    public void There_is_a_greatest_number_of_edges()
    {
        var job = Job(Range("y", 1, 500_001, 1, 1) with { TasksName = "still" }, List("x", Task("a", "y:still"), Task("b", "y:still")));

        Assert.That(Problem(job), Does.StartWith("blocks[1].tasks[1].depends_on: brings the job to more than 1000000 dependencies between tasks"));
    }

    [TestCase(1000, "")]
    [TestCase(3000, "blocks: the dependencies of its tasks and masks together are more than 5000000 to follow; let whole blocks wait for one another, or split the job")]
    public void There_is_a_greatest_number_of_steps(int size, string expected)
    {
        TaskDescription[] tasks = [Task("first", "edge:end"), .. Enumerable.Repeat(Task("t"), size - 1)];
        var job = Job(
            List("needed", tasks) with { FramesPerTask = -size },
            List("each needs all", [.. Enumerable.Repeat(Task("t"), size)]) with { FramesPerTask = -size, TasksDependMask = "needed" },
            List("sum", Task("sum")) with { DependMask = "each needs all" },
            List("edge", Task("end"), Task("start", "sum:sum")));

        Assert.That(Problem(job), Is.EqualTo(expected));
    }

    [Test]
    public void No_more_problems_are_listed_than_an_answer_holds() =>
        Assert.That(TaskEdges.Of(Job(List("x", [.. Enumerable.Repeat(Task("a", "no", "none", "nothing"), 500)]))).Problems, Has.Count.EqualTo(FieldReader.ProblemsMax));

    private static bool HasCircle(JobDescription job, IReadOnlyList<TaskEdge> edges)
    {
        var waits = new HashSet<((int, int) From, (int, int) To)>();
        foreach (var edge in edges) waits.Add(((edge.Block, edge.Task), (edge.OnBlock, edge.OnTask)));
        for (var block = 0; block < job.Blocks.Count; block++)
        {
            var consumer = job.Blocks[block];
            foreach (var task in Enumerable.Range(0, consumer.TaskCount))
            {
                waits.Add(((block, -1), (block, task)));
                foreach (var other in BlockDependencies.Matches(job, block, consumer.DependMask)) waits.Add(((block, task), (other, -1)));
                foreach (var other in BlockDependencies.Matches(job, block, consumer.TasksDependMask))
                {
                    var (first, last) = FrameProjection.Project(consumer, task, job.Blocks[other], 0);
                    for (var on = first; on <= last; on++) waits.Add(((block, task), (other, on)));
                }
            }
        }

        int before;
        do
        {
            before = waits.Count;
            var waiting = waits.Select(wait => wait.From).ToHashSet();
            waits.RemoveWhere(wait => !waiting.Contains(wait.To));
        }
        while (waits.Count < before);

        return waits.Count > 0;
    }

    private static BlockDescription Any(Random random, int number)
    {
        var block = random.Next(3) == 0
            ? Range($"b{number}", 1, random.Next(5, 10), random.Next(1, 3), 1)
            : List($"b{number}", [.. Enumerable.Range(0, 4).Select(i => Task($"t{i}", random.Next(3) == 0 ? [$"{random.Next(number + 1)}:{random.Next(3)}"] : []))]);
        return random.Next(4) switch
        {
            0 => block with { DependMask = $"b{random.Next(5)}" },
            1 => block with { TasksDependMask = $"b{random.Next(5)}|b{random.Next(5)}" },
            _ => block,
        };
    }

    private static string Problem(JobDescription job) => string.Join('\n', TaskEdges.Of(job).Problems);

    private static string Text(IReadOnlyList<TaskEdge> edges) => string.Join(',', edges.Select(edge => $"{edge.Block}:{edge.Task}>{edge.OnBlock}:{edge.OnTask}"));

    private static JobDescription Job(params BlockDescription[] blocks) => new() { Blocks = blocks };

    private static BlockDescription List(string name, params TaskDescription[] tasks) => new() { Name = name, Tasks = tasks };

    private static TaskDescription Task(string name, params string[] dependsOn) => new() { Name = name, DependsOn = dependsOn };

    private static BlockDescription Range(string name, long first, long last, long perTask, long increment) =>
        new() { Name = name, Flags = BlockTraits.Numeric, FrameFirst = first, FrameLast = last, FramesPerTask = perTask, FramesInc = increment };
}
