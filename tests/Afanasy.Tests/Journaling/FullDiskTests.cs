using System.Diagnostics;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

public sealed class FullDiskTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_commit_on_a_full_disk_is_refused_and_nothing_of_it_is_kept()
    {
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk) != 0)
            Assert.Ignore("A small disk can only be mounted by root on Linux.");

        try
        {
            var committed = FillUntilRefused(Path.Combine(disk, "farm.db"), journal => { });
            Assert.That(Run("mount", "-o", "remount,size=16m", disk), Is.Zero);
            KeptAndGoesOn(Path.Combine(disk, "farm.db"), committed);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Test]
    public void A_commit_that_the_database_has_no_room_for_is_refused_and_nothing_of_it_is_kept()
    {
        var committed = FillUntilRefused(_folder["farm.db"], journal => journal.LimitPages(200));

        KeptAndGoesOn(_folder["farm.db"], committed);
    }

    /// <summary>Commits turns until the disk is full; says how many changes were committed before.</summary>
    private static long FillUntilRefused(string file, Action<SqliteJournal> prepare)
    {
        using var journal = Journals.Open(file);
        prepare(journal);
        long committed = 0;
        JournalException? refusal = null;
        while (refusal is null)
        {
            Assert.That(committed, Is.LessThan(1_000_000), "the disk never fills");
            try
            {
                for (var i = 0; i < 100; i++)
                    journal.Append(new Change.UserDeleted($"{committed + i + 1} {new string('x', 200)}") { At = StoppedClock.Noon });
                journal.Commit();
                committed += 100;
            }
            catch (JournalException e)
            {
                refusal = e;
            }
        }

        Assert.That(refusal.Message, Does.Contain("is full").And.Contain(file).And.Contain("Make room"));
        Assert.That(journal.LastSequence, Is.EqualTo(committed));
        Assert.That(journal.Commit, Throws.InvalidOperationException);
        Assert.That(committed, Is.GreaterThan(0));
        return committed;
    }

    private static void KeptAndGoesOn(string file, long committed)
    {
        using var journal = Journals.Open(file);
        Assert.That(
            journal.ReadAfter(0).Select(c => ((Change.UserDeleted)c).Name.Split(' ')[0]),
            Is.EqualTo(Enumerable.Range(1, (int)committed).Select(n => n.ToString())));

        journal.Turn(1);

        Assert.That(journal.LastSequence, Is.EqualTo(committed + 1));
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
