using System.Text;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;
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
            "15 NumbersRestored", "16 JobTimesRestored", "17 TasksRestored", "18 TaskRestored", "19 UserSet", "20 UserDeleted", "21 BranchSet",
            "22 BranchDeleted", "23 PoolSet", "24 PoolDeleted", "25 JobEdited", "26 BlockEdited", "27 BlocksAppended", "28 TasksAppended",
            "29 JobTimeCame", "30 TryNextSet", "31 JobsOrdered", "32 RunPreempted", "33 FramesPassed", "34 TasksMarked", "35 ErrorHostsForgotten",
            "36 BlockWoken", "37 RenderSet", "38 RenderHealed", "39 ErrorHostRestored", "40 BlockRestored", "41 ShareRestored", "42 RenderHealthRestored", "43 RenderTurnRestored", "44 RunSpared",
        }));
    }

    [Test]
    public void Versions_that_are_written_change_only_with_an_old_form_left_behind()
    {
        var forms = ChangeForms.All.GroupBy(form => (int)form.Number).OrderBy(group => group.Key)
            .Select(group => $"{group.Key}:{string.Join(',', group.OrderBy(form => form.Version).Select(form => $"{form.Version}/{form.Fields}{(form.Write is null ? " old" : "")}"))}");

        Assert.That(forms, Is.EqualTo(new[]
        {
            "1:1/1 old", "2:1/2 old,2/2", "3:1/1", "4:1/1", "5:1/2", "6:1/1", "7:1/1", "8:1/2 old,2/3", "9:1/2 old,2/2", "10:1/4", "11:1/3 old", "12:1/3 old",
            "13:1/3 old,2/3", "14:1/1", "15:1/2", "16:1/3", "17:1/5", "18:1/4 old,2/6", "19:1/2", "20:1/1", "21:1/2", "22:1/1", "23:1/2", "24:1/1", "25:1/2",
            "26:1/2", "27:1/2", "28:1/2", "29:1/1", "30:1/2", "31:1/1", "32:1/2", "33:1/2", "34:1/4", "35:1/2", "36:1/1", "37:1/3", "38:1/1", "39:1/4",
            "40:1/3", "41:1/7", "42:1/3", "43:1/1", "44:1/1",
        }));
    }

    [Test]
    public void Numbers_of_states_and_outcomes_never_change()
    {
        Assert.That(Enum.GetValues<TaskState>().Select(s => $"{(int)s} {s.Word()}"), Is.EqualTo(new[] { "0 waiting", "1 ready", "2 running", "3 done", "4 error", "5 skipped", "6 suspended" }));
        Assert.That(Enum.GetValues<RunOutcome>().Select(o => $"{(int)o} {o.Word()}"), Is.EqualTo(new[]
        {
            "1 done", "2 failed", "3 stopped", "4 not started", "5 render lost", "6 parser error", "7 fatal error", "8 bad result", "9 licence shortage",
            "10 out of memory", "11 post command failed", "12 bad files", "13 skipped", "14 too short",
        }));
        Assert.That(Numbers<StopCause>(), Is.EqualTo("1 Restart, 2 Skip, 3 Done, 4 Suspend, 5 Eject, 6 MaxRunTime, 7 NoProgress, 8 Preempted"));
        Assert.That(Numbers<TaskMark>(), Is.EqualTo("1 Restart, 2 Skip, 3 Done, 4 Suspend, 5 Continue"));
        Assert.That(Numbers<ShareOwner>(), Is.EqualTo("1 Branch, 2 User, 3 UserInBranch, 4 Job"));
    }

    [Test]
    public void Words_and_bits_of_descriptions_and_settings_never_change()
    {
        var found = DescribedEnums().Select(type => $"{type.Name}: {string.Join(' ', Enum.GetValues(type).Cast<object>().Select(value => Encoding.UTF8.GetString(DescriptionJson.Write(value))))}");

        Assert.That(found, Is.EqualTo(new[]
        {
            "BlockTraits: 0 1 2 4 8 16 32 64 128 256 512 1024",
            "DependOutcome: \"done\" \"failed\" \"any\"",
            "SolveMethod: \"solve_order\" \"solve_priority\"",
            "SolveNeed: \"solve_tasksnum\" \"solve_capacity\"",
            "UserRole: \"user\" \"coordinator\" \"admin\"",
        }));
    }

    private static string Numbers<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(value => $"{value:D} {value}"));

    /// <summary>Every choice that stands somewhere in what is journaled as JSON.</summary>
    private static IEnumerable<Type> DescribedEnums()
    {
        var seen = new HashSet<Type>();
        foreach (var root in new[] { typeof(JobDescription), typeof(UserSettings), typeof(BranchSettings), typeof(PoolSettings), typeof(RenderSettings) }) Look(root);
        return seen.Where(type => type.IsEnum).OrderBy(type => type.Name);

        void Look(Type type)
        {
            if (type.IsGenericType) foreach (var argument in type.GetGenericArguments()) Look(argument);
            if (type.Namespace != typeof(JobDescription).Namespace || !seen.Add(type) || type.IsEnum) return;
            foreach (var property in type.GetProperties().Where(property => property.CanWrite)) Look(property.PropertyType);
        }
    }

    [Test]
    public void The_database_says_whose_it_is_and_of_which_version()
    {
        using var folder = new TemporaryFolder();
        Journals.Open(folder["farm.db"]).Dispose();

        using var connection = JournalSchema.Connect(folder["farm.db"], SqliteOpenMode.ReadOnly);

        Assert.That(connection.Number("PRAGMA application_id"), Is.EqualTo(0x4146414E));
        Assert.That(connection.Number("PRAGMA user_version"), Is.EqualTo(2));
    }
}
