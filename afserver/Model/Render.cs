using Afanasy.Model;

namespace AfServer.Model;

/// <summary>A machine that runs tasks. Whether it is connected and how busy it is are no facts of the farm: see the engine's presence.</summary>
internal sealed class Render(RenderId id, string name, RenderOffer offer, DateTimeOffset registered)
{
    private readonly List<TaskRun> _runs = [];

    public RenderId Id { get; } = id;

    public string Name { get; } = name;

    public RenderOffer Offer { get; set; } = offer;

    public DateTimeOffset Registered { get; } = registered;

    public IReadOnlyList<TaskRun> Runs => _runs;

    public int CapacityUsed { get; private set; }

    public int CapacityFree => Offer.Capacity - CapacityUsed;

    public bool HasFreeSlot => Offer.MaxTasks == 0 || _runs.Count < Offer.MaxTasks;

    public void Add(TaskRun run)
    {
        _runs.Add(run);
        CapacityUsed += run.Block.Description.Capacity;
    }

    public void Remove(TaskRun run)
    {
        if (_runs.Remove(run)) CapacityUsed -= run.Block.Description.Capacity;
    }
}

/// <summary>Somebody who submits.</summary>
internal sealed class User(string name, DateTimeOffset registered)
{
    public string Name { get; } = name;

    public DateTimeOffset Registered { get; } = registered;
}
