using AfServer.Engine;
using AfServer.Journaling;

namespace AfServer.Hosting;

/// <summary>Makes the farm from the journal: the newest snapshot, then every change after it.</summary>
internal static class Recovery
{
    public static Recovered Recover(IJournal journal)
    {
        var replay = new Replay(journal.Place);
        replay.Begin(journal.ReadSnapshot());
        replay.Apply(journal.ReadAfter(replay.Sequence));
        return Of(replay);
    }

    public static Recovered Of(Replay replay) => new(replay.Farm, replay.SnapshotSequence);
}
