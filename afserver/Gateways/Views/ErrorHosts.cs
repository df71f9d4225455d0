using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Rest;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>A window of the renders on which a block had errors that are not forgotten, the worst first.</summary>
internal sealed record ErrorHostList(IReadOnlyList<ErrorHostView> ErrorHosts, int Total, long Sequence)
{
    public static ErrorHostList Of(Block block, ListQuery query, FarmView view)
    {
        var (rows, total) = query.Cut(block.ErrorHosts.OrderByDescending(host => host.Value.Count).ThenBy(host => host.Key));
        return new ErrorHostList([.. rows.Select(host => ErrorHostView.Of(block, host.Key, host.Value, view.Farm))], total, view.Sequence);
    }
}

/// <summary>A render on which a block had errors, and whether the block or tasks of it avoid it.</summary>
internal sealed record ErrorHostView(string Render, int Errors, DateTimeOffset Last, bool Avoided, IReadOnlyList<TaskErrorsView> Tasks)
{
    /// <summary>Enough to see which they are; all of them are in the list of tasks.</summary>
    private const int TasksMax = 100;

    public static ErrorHostView Of(Block block, RenderId render, HostErrors errors, Farm farm)
    {
        var tasks = block.Remembered.Where(task => task.Value.ErrorsOn(render) > 0).OrderBy(task => task.Key).Take(TasksMax)
            .Select(task => new TaskErrorsView(task.Key, task.Value.ErrorsOn(render), block.Avoids(task.Key, render)));
        return new ErrorHostView(HostErrorsView.NameOf(render, farm), errors.Count, errors.Last, block.Avoids(render), [.. tasks]);
    }
}

/// <summary>How often a task failed on that render, and whether it avoids it.</summary>
internal sealed record TaskErrorsView(int Task, int Errors, bool Avoided);
