using System.Threading.Channels;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Journaling;

namespace AfServer.Hosting;

/// <summary>Deletes the logs of jobs that are gone, off the engine's thread. What it misses, the next start deletes.</summary>
internal sealed class LogSweeper(RunLogs logs, Notices notices) : INoticeListener
{
    /// <summary>Jobs waiting for their logs to be deleted; beyond it they wait for the next start.</summary>
    private const int JobsMax = 100_000;

    private readonly Channel<JobId> _jobs = Channel.CreateBounded<JobId>(new BoundedChannelOptions(JobsMax) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Hear(Notice notice)
    {
        foreach (var job in notice.JobsGone) _jobs.Writer.TryWrite(job);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        notices.Add(this);
        try
        {
            await foreach (var job in _jobs.Reader.ReadAllAsync(stop)) logs.DeleteJob(job);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            notices.Remove(this);
        }
    }
}
