using System.Text.Json;
using AfCmd.Server;

namespace AfCmd.Commands;

/// <summary>Watches one job over the live connection until nothing more will happen to it by itself.</summary>
internal sealed class JobWait(CommandSession session, Submitted job, ProgressDisplay display)
{
    // The job alone cannot be subscribed to; its tasks are, so that its changes are heard even where it is not among the listed jobs.
    private readonly string _subscription = $$$$"""{"subscribe":{"jobs":{"limit":1000},"tasks":{"job":{{{{job.Id}}}}}}}""";

    private bool _isListed;

    /// <summary>The job as it ended, done or in error; null when it was deleted.</summary>
    public async Task<JobRow?> RunAsync(CancellationToken stop)
    {
        await foreach (var message in session.Live(display.Note).MessagesAsync(_subscription, stop))
        {
            var (isNews, row) = await ReadAsync(message, stop);
            if (!isNews) continue;
            if (row is null || row.Serial != job.Serial) return null;

            display.Show(row);
            if (row.State is "done" or "error") return row;
        }

        throw new InvalidOperationException("The live connection ends only by being cancelled.");
    }

    private async Task<(bool IsNews, JobRow? Row)> ReadAsync(JsonElement message, CancellationToken stop)
    {
        var isPicture = message.TryGetProperty("type", out var type) && type.GetString() == "picture";
        if (Find(message) is { } row)
        {
            _isListed = true;
            return (true, row);
        }

        // Not listed any more: deleted, or only beyond the window of the list. The server knows.
        var isGone = message.TryGetProperty("jobs_gone", out var gone) && gone.EnumerateArray().Any(id => id.GetInt32() == job.Id);
        if (isPicture || isGone) _isListed = false;
        var mayHaveChanged = isPicture || isGone || (!_isListed && message.TryGetProperty("tasks", out _));
        return mayHaveChanged ? await AskAsync(stop) : (false, null);
    }

    private async Task<(bool IsNews, JobRow? Row)> AskAsync(CancellationToken stop)
    {
        try
        {
            return (true, (await session.Server.FindAsync($"jobs/{job.Id}", stop))?.Read<JobRow>());
        }
        catch (CommandFailure failure) when (failure.ExitCode == ExitCodes.NotReachable)
        {
            return (false, null); // the live connection is lost too, and begins again with a picture
        }
    }

    private JobRow? Find(JsonElement message)
    {
        if (!message.TryGetProperty("jobs", out var jobs) || jobs.ValueKind != JsonValueKind.Array) return null;
        foreach (var row in jobs.EnumerateArray())
        {
            if (row.GetProperty("id").GetInt32() == job.Id) return row.Deserialize<JobRow>(RowJson.Names);
        }

        return null;
    }
}
