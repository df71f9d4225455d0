using System.Threading.Channels;
using Afanasy.Model;
using AfServer.Engine;

namespace AfServer.Gateways.Live;

/// <summary>What a monitor has not been shown yet, by id. However far it falls behind, this stays small: past a limit it is "everything".</summary>
internal sealed class Unseen : INoticeListener
{
    /// <summary>More ids than this are not worth keeping: the monitor gets a fresh picture.</summary>
    private const int IdsMax = 5_000;

    private readonly Lock _lock = new();
    private readonly Channel<bool> _something = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Batch _batch = new();

    /// <summary>Waits until there is something to show.</summary>
    public async Task WaitAsync(CancellationToken cancel) => await _something.Reader.ReadAsync(cancel);

    public void Hear(Notice notice)
    {
        lock (_lock)
        {
            _batch.Add(notice);
            if (_batch.Count > IdsMax) _batch = new Batch { IsEverything = true };
        }

        Wake();
    }

    /// <summary>The monitor wants a fresh picture.</summary>
    public void AskForEverything()
    {
        lock (_lock) _batch.IsEverything = true;
        Wake();
    }

    public Batch Take()
    {
        lock (_lock)
        {
            var taken = _batch;
            _batch = new Batch();
            return taken;
        }
    }

    private void Wake() => _something.Writer.TryWrite(true);

    /// <summary>The ids that have changed since the last batch was taken.</summary>
    internal sealed class Batch
    {
        public HashSet<JobId> Jobs { get; } = [];

        public HashSet<JobId> JobsGone { get; } = [];

        public HashSet<RenderId> Renders { get; } = [];

        public HashSet<RenderId> RendersGone { get; } = [];

        public HashSet<TaskId> Tasks { get; } = [];

        public HashSet<JobId> ManyTasks { get; } = [];

        public bool IsEverything { get; set; }

        public int Count => Jobs.Count + JobsGone.Count + Renders.Count + RendersGone.Count + Tasks.Count;

        public void Add(Notice notice)
        {
            Jobs.UnionWith(notice.Jobs);
            JobsGone.UnionWith(notice.JobsGone);
            Jobs.ExceptWith(notice.JobsGone);
            Renders.UnionWith(notice.Renders);
            RendersGone.UnionWith(notice.RendersGone);
            Renders.ExceptWith(notice.RendersGone);
            Tasks.UnionWith(notice.Tasks);
            if (notice.ManyTasks) ManyTasks.UnionWith(notice.Jobs);
        }
    }
}
