using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What one turn changed, by id; whoever wants to know more asks for it.</summary>
internal sealed record Notice(
    long Sequence,
    IReadOnlyList<JobId> Jobs,
    IReadOnlyList<JobId> JobsGone,
    IReadOnlyList<RenderId> Renders,
    IReadOnlyList<RenderId> RendersGone,
    IReadOnlyList<TaskId> Tasks,
    bool ManyTasks);

/// <summary>Somebody who wants to hear of changes. Called on the engine's thread: takes the notice in and returns at once.</summary>
internal interface INoticeListener
{
    void Hear(Notice notice);
}

/// <summary>Tells listeners what each durable turn has changed.</summary>
internal sealed class Notices
{
    private readonly Lock _lock = new();
    private INoticeListener[] _listeners = [];

    public void Add(INoticeListener listener)
    {
        lock (_lock) _listeners = [.. _listeners, listener];
    }

    public void Remove(INoticeListener listener)
    {
        lock (_lock) _listeners = [.. _listeners.Where(other => other != listener)];
    }

    public void Publish(FarmTouches touches, long sequence)
    {
        var listeners = _listeners;
        if (listeners.Length == 0 || touches.IsEmpty) return;
        var notice = new Notice(
            sequence,
            [.. touches.Jobs.Select(job => job.Id)],
            [.. touches.JobsGone],
            [.. touches.Renders.Select(render => render.Id)],
            [.. touches.RendersGone],
            [.. touches.Tasks],
            touches.ManyTasks);
        foreach (var listener in listeners) listener.Hear(notice);
    }
}
