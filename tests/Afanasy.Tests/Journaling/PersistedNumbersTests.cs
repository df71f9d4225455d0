using Afanasy.Model;
using AfServer.Journaling;
using Microsoft.Data.Sqlite;

namespace Afanasy.Tests.Journaling;

/// <summary>What stands on disks out there. A test that fails here says that a released journal would be read wrongly.</summary>
public sealed class PersistedNumbersTests
{
    [Test]
    public void Numbers_of_changes_never_change()
    {
        var numbers = Enum.GetValues<ChangeNumber>().Select(n => $"{(int)n} {n}");

        Assert.That(numbers, Is.EqualTo(new[]
        {
            "1 UserRegistered", "2 JobSubmitted", "3 JobPaused", "4 JobResumed", "5 JobPriorityChanged", "6 JobDeleted", "7 JobDeletionAsked",
            "8 RunStarted", "9 RunStopAsked", "10 RunEnded", "11 TasksRestarted", "12 TasksSkipped", "13 RenderRegistered", "14 RenderDeleted",
            "15 NumbersRestored", "16 JobTimesRestored", "17 TasksRestored", "18 TaskRestored",
        }));
    }

    [Test]
    public void Numbers_of_states_and_outcomes_never_change()
    {
        Assert.That(Enum.GetValues<TaskState>().Select(s => $"{(int)s} {s.Word()}"), Is.EqualTo(new[] { "0 waiting", "1 ready", "2 running", "3 done", "4 error", "5 skipped" }));
        Assert.That(Enum.GetValues<RunOutcome>().Select(o => $"{(int)o} {o.Word()}"), Is.EqualTo(new[] { "1 done", "2 failed", "3 stopped", "4 not started", "5 render lost" }));
    }

    [Test]
    public void The_database_says_whose_it_is_and_of_which_version()
    {
        using var folder = new TemporaryFolder();
        Journals.Open(folder["farm.db"]).Dispose();

        using var connection = JournalSchema.Connect(folder["farm.db"], SqliteOpenMode.ReadOnly);

        Assert.That(connection.Number("PRAGMA application_id"), Is.EqualTo(0x4146414E));
        Assert.That(connection.Number("PRAGMA user_version"), Is.EqualTo(1));
    }
}
