using Afanasy.Model;

namespace AfServer.Model;

/// <summary>Ties the blocks of a job to the blocks that they wait for, and unties them.</summary>
internal static class JobLinks
{
    /// <summary>Ties anew, by the masks, edges and job dependencies as they are now; states are not touched.</summary>
    public static void Connect(Job job, IReadOnlyDictionary<JobId, Job> jobs)
    {
        Untie(job);
        var whole = job.Whole;
        var waits = BlockDependencies.Of(whole);
        foreach (var block in job.Blocks)
        {
            foreach (var other in waits[block.Number].Blocks)
            {
                block.Edges.WaitsFor.Add(job.Blocks[other]);
                job.Blocks[other].Edges.HeldBack.Add(block);
            }

            foreach (var other in waits[block.Number].FrameByFrame) Tie(new FrameEdge(block, job.Blocks[other], 0, DependOutcome.Done));
        }

        foreach (var edge in TaskEdges.OfJudged(whole))
        {
            var (waiting, producer) = (new BlockTask(job.Blocks[edge.Block], edge.Task), new BlockTask(job.Blocks[edge.OnBlock], edge.OnTask));
            Listed(waiting.Block.Edges.Tasks, waiting.Task).Add(producer);
            Listed(producer.Block.Edges.HeldBackTasks, producer.Task).Add(waiting);
        }

        foreach (var dependency in job.Description.DependJobs.Where(dependency => dependency.Frames))
        {
            if (Producer(dependency, jobs) is { } producer) Tie(job, producer, dependency);
        }
    }

    /// <summary>The job is going: nobody waits for its blocks any more. Returns the blocks of other jobs that waited.</summary>
    public static IReadOnlyList<Block> Disconnect(Job job)
    {
        var others = job.Blocks.SelectMany(block => block.Edges.HeldBackFrames).Where(edge => edge.Consumer.Job != job).ToList();
        foreach (var edge in others)
        {
            edge.Consumer.Edges.Frames.Remove(edge);
            edge.Producer.Edges.HeldBackFrames.Remove(edge);
        }

        Untie(job);
        return [.. others.Select(edge => edge.Consumer).Distinct()];
    }

    /// <summary>The job that is meant, if it is there; names were made serials when the job was submitted.</summary>
    public static Job? Producer(JobDependency dependency, IReadOnlyDictionary<JobId, Job> jobs) =>
        int.TryParse(dependency.Job, out var serial) ? jobs.GetValueOrDefault(new JobId(serial)) : null;

    /// <summary>Blocks of the same name; where there is none, all ranges of frames; where there is none either, all blocks.</summary>
    private static void Tie(Job job, Job producer, JobDependency dependency)
    {
        foreach (var block in job.Blocks)
        {
            var namesakes = producer.Blocks.Where(other => other.Description.Name == block.Description.Name).ToList();
            if (namesakes.Count == 0) namesakes = [.. producer.Blocks.Where(other => other.Description.IsNumeric)];
            foreach (var other in namesakes.Count > 0 ? namesakes : producer.Blocks)
                Tie(new FrameEdge(block, other, dependency.Offset, dependency.On));
        }
    }

    private static void Tie(FrameEdge edge)
    {
        edge.Consumer.Edges.Frames.Add(edge);
        edge.Producer.Edges.HeldBackFrames.Add(edge);
    }

    private static void Untie(Job job)
    {
        foreach (var block in job.Blocks)
        {
            foreach (var edge in block.Edges.Frames) edge.Producer.Edges.HeldBackFrames.Remove(edge);
            block.Edges.Frames.Clear();
            block.Edges.WaitsFor.Clear();
            block.Edges.HeldBack.Clear();
            block.Edges.Tasks.Clear();
            block.Edges.HeldBackTasks.Clear();
        }
    }

    private static List<BlockTask> Listed(Dictionary<int, List<BlockTask>> edges, int task)
    {
        if (!edges.TryGetValue(task, out var found)) edges.Add(task, found = []);
        return found;
    }
}
