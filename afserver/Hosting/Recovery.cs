using AfServer.Engine;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Hosting;

/// <summary>Makes the farm from the journal: the newest snapshot, then every change after it.</summary>
internal static class Recovery
{
    public static Recovered Recover(IJournal journal)
    {
        var farm = new Farm();
        var snapshot = journal.ReadSnapshot();
        foreach (var change in snapshot?.Changes ?? []) Replay(farm, change);
        foreach (var change in journal.ReadAfter(snapshot?.Sequence ?? 0)) Replay(farm, change);
        return new Recovered(farm, snapshot?.Sequence ?? 0);
    }

    private static void Replay(Farm farm, Change change)
    {
        farm.Apply(change);
        farm.Touches.Clear();
    }
}
