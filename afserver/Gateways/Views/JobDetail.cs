using System.Text.Json.Nodes;
using Afanasy.Model;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Gateways.Views;

/// <summary>
/// One job with everything that is known of it: its row, what is too much for a row, and each field of its description that neither
/// names. Taken within the turn, written outside it.
/// </summary>
internal sealed record JobDetail(JobView View, JobMore More, IReadOnlyList<BlockMore> Blocks, JobDescription Description)
{
    public static JobDetail Of(Job job, WhyNot why) => new(
        JobView.Of(job, why), JobMore.Of(job), [.. job.Blocks.Select(BlockMore.Of)],
        job.Description with { Blocks = [.. job.Blocks.Select(block => block.Description with { Tasks = [] })] });

    public JsonObject ToJson()
    {
        var description = JsonNode.Parse(JobJson.Write(Description))!.AsObject();   // it writes an object
        var blocks = description["blocks"]!.AsArray();
        var whole = JoinedJson.Of(View).Join(More).Join(description);
        var rows = whole["blocks"]!.AsArray();   // of the row; the description's gave way
        for (var i = 0; i < rows.Count; i++)
        {
            var described = blocks[i]!.AsObject();
            described.Remove("tasks");   // there is a window for them
            rows[i]!.AsObject().Join(Blocks[i]).Join(described);
        }

        return whole;
    }
}

/// <summary>What only one job at a time is shown with.</summary>
internal sealed record JobMore(
    long UserListOrder, IReadOnlyList<TaskPlace> TryNext, IReadOnlyList<int> WaitsForJobs, long CapacityRunning, long RunsDone, long RunsFailed, double RunHours)
{
    /// <summary>Enough to see which; a mask can match all jobs of the farm.</summary>
    private const int JobsMax = 100;

    public static JobMore Of(Job job)
    {
        var waits = job.HeldBy.Concat(job.Listed.Where(listed => !Job.IsMet(listed.Producer, listed.On)).Select(listed => listed.Producer));
        return new JobMore(
            job.Order,
            [.. job.TryNext.Select(task => new TaskPlace(task.Block, task.Task))],
            [.. waits.Select(producer => producer.Id.Value).Distinct().Order().Take(JobsMax)],
            job.Share.Capacity, job.Share.Totals.TasksDone, job.Share.Totals.Errors, ShareView.Hours(job.Share));
    }
}

internal sealed record TaskPlace(int Block, int Task);

/// <summary>What only the blocks of one job are shown with. Seconds are of good runs.</summary>
internal sealed record BlockMore(DateTimeOffset? SleepsUntil, int ErrorHosts, int RunsMeasured, double? RunSecondsMean, double? RunSecondsMin, double? RunSecondsMax)
{
    public static BlockMore Of(Block block) => block.Times is { Count: > 0 } times
        ? new(block.SleepsUntil, block.ErrorHosts.Count, times.Count, Rounded(times.Sum / times.Count), Rounded(times.Least), Rounded(times.Most))
        : new(block.SleepsUntil, block.ErrorHosts.Count, 0, null, null, null);

    private static double Rounded(double seconds) => Math.Round(seconds, 3);
}
