using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

public sealed class DamagedJournalTests
{
    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_file_that_is_not_a_database_is_refused()
    {
        File.WriteAllText(Db, string.Concat(Enumerable.Repeat("not a database. ", 1000)));

        Assert.That(() => Journals.Open(Db), Refuses("is not a database"));
        Assert.That(File.ReadAllText(Db), Does.StartWith("not a database."), "and left as it was");
    }

    [Test]
    public void An_empty_file_is_not_taken_for_an_empty_farm()
    {
        File.WriteAllBytes(Db, []);

        Assert.That(() => Journals.Open(Db), Refuses("is empty"));
    }

    [Test]
    public void A_missing_file_with_its_log_beside_it_is_not_taken_for_an_empty_farm()
    {
        File.WriteAllText(Db + "-wal", "the last turns");

        Assert.That(() => Journals.Open(Db), Refuses("is missing"));
        Assert.That(File.Exists(Db + "-wal"));
    }

    [Test]
    public void A_crash_while_a_new_journal_was_made_leaves_no_trace()
    {
        File.WriteAllBytes(Db + ".new", new byte[100]);

        Journals.Make(Db, 1);

        Assert.That(Journals.Kept(Db), Has.Count.EqualTo(1));
        Assert.That(File.Exists(Db + ".new"), Is.False);
    }

    [Test]
    public void A_database_of_another_program_is_refused()
    {
        Journals.Make(Db);
        Journals.Sql(Db, "PRAGMA application_id = 17; PRAGMA user_version = 3");

        Assert.That(() => Journals.Open(Db), Refuses("another program"));
    }

    [Test]
    public void Tables_of_a_newer_server_are_refused()
    {
        Journals.Make(Db);
        Journals.Sql(Db, "PRAGMA user_version = 99");

        Assert.That(() => Journals.Open(Db), Refuses("version 99"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_a_sentence() =>
        Assert.That(() => Journals.Open(_folder["no/such/farm.db"]), Throws.TypeOf<JournalException>().With.Message.Contains("Check that its folder is there"));

    [Test]
    public void A_missing_change_is_noticed_with_its_number()
    {
        Journals.Make(Db, 10);
        Journals.Sql(Db, "DELETE FROM journal WHERE sequence IN (4, 5)");

        Assert.That(() => Journals.Kept(Db), Refuses("after change 3 comes change 6, 2 are missing"));
    }

    [Test]
    public void A_missing_first_change_is_noticed_at_once()
    {
        Journals.Make(Db, 10);
        Journals.Sql(Db, "DELETE FROM journal WHERE sequence < 3");

        Assert.That(() => Journals.Open(Db), Refuses("changes 1 to 2 are missing"));
    }

    [Test]
    public void Missing_last_changes_are_noticed_at_once()
    {
        Journals.Make(Db, 10);
        Journals.Sql(Db, "DELETE FROM journal WHERE sequence > 8");

        Assert.That(() => Journals.Open(Db), Refuses("changes 9 to 10 are missing"));
    }

    [TestCase("DELETE FROM journal_end")]
    [TestCase("UPDATE journal_end SET sequence = 'none'")]
    [TestCase("DELETE FROM journal_end; DELETE FROM journal")]
    public void A_lost_end_is_noticed_at_once(string damage)
    {
        Journals.Make(Db, 10);
        Journals.Sql(Db, damage);
        File.Delete(Db + "-end");

        Assert.That(() => Journals.Open(Db), Refuses("has lost the number of the last change"));
    }

    [Test]
    public void A_changed_record_is_noticed_with_its_number()
    {
        Journals.Make(Db, 10);
        Journals.Sql(Db, "UPDATE journal SET record = (SELECT record FROM journal WHERE sequence = 8) WHERE sequence = 7");

        Assert.That(() => Journals.Kept(Db), Refuses("change 7 is damaged"));
    }

    [Test]
    public void Records_that_changed_places_are_noticed()
    {
        Journals.Make(Db, 10);
        Journals.Sql(Db, "UPDATE journal SET sequence = -sequence WHERE sequence IN (3, 4); UPDATE journal SET sequence = 7 + sequence WHERE sequence < 0");

        Assert.That(() => Journals.Kept(Db), Refuses("change 3 is damaged"));
    }

    [Test]
    public void A_change_that_only_a_newer_server_knows_is_refused()
    {
        Journals.Make(Db, 1);
        byte[] record = [0x93, 0x64, 0x01, 0x00];
        Journals.Sql(Db, $"UPDATE journal SET record = x'{Convert.ToHexString(record)}', checksum = {Checksum.Of(1, 0, record)}");

        Assert.That(() => Journals.Kept(Db), Refuses("change number 100").And.Message.Contains("newer server"));
    }

    [TestCase("UPDATE snapshots SET record = zeroblob(8) WHERE sequence = 20")]
    [TestCase("UPDATE snapshots SET is_last = 0 WHERE sequence = 20")]
    [TestCase("UPDATE snapshots SET part = 1 WHERE sequence = 20")]
    [TestCase("UPDATE snapshots SET part = 4294967296 WHERE sequence = 20")]
    public void A_damaged_snapshot_costs_a_longer_replay_and_is_said(string damage)
    {
        MakeWithTwoSnapshots();
        Journals.Sql(Db, damage);
        var log = new LogLines<SqliteJournal>();

        using var journal = SqliteJournal.Open(Db, new StoppedClock(), log);
        var snapshot = journal.ReadSnapshot();

        Assert.That(snapshot!.Sequence, Is.EqualTo(10));
        Assert.That(journal.Kept(10), Is.EqualTo(Enumerable.Range(11, 11)));
        Assert.That(log.Lines.Single(), Does.StartWith("Error").And.Contain("change 20"));
    }

    [Test]
    public void Without_any_snapshot_a_journal_that_does_not_begin_at_the_beginning_is_refused()
    {
        MakeWithTwoSnapshots();
        Journals.Sql(Db, "UPDATE snapshots SET checksum = 0");

        using var journal = Journals.Open(Db);

        Assert.That(journal.ReadSnapshot, Refuses("no snapshot that can be read"));
    }

    [Test]
    public void A_snapshot_without_the_changes_before_it_is_refused()
    {
        MakeWithTwoSnapshots();
        Journals.Sql(Db, "DELETE FROM journal");

        Assert.That(() => Journals.Open(Db), Throws.TypeOf<JournalException>().With.Message.Contains(Db));
    }

    [Test]
    public void Any_flipped_bit_is_noticed_or_harmless([Range(1, 4)] int seed)
    {
        MakeWithTwoSnapshots();
        var whole = File.ReadAllBytes(Db);
        var expected = Everything(Db);
        var random = new Random(seed);
        var noticed = 0;

        for (var i = 0; i < 250; i++)
        {
            var copy = whole.ToArray();
            var at = random.Next(copy.Length);
            copy[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Db, copy);
            try
            {
                Assert.That(Everything(Db), Is.EqualTo(expected), $"seed {seed}, byte {at} of {copy.Length}");
            }
            catch (JournalException e)
            {
                Assert.That(e.Message, Does.Contain(Db));
                noticed++;
            }
        }

        Assert.That(noticed, Is.GreaterThan(0));
    }

    private static Farm Everything(string file)
    {
        using var journal = Journals.Open(file);
        var snapshot = journal.ReadSnapshot();
        var state = snapshot?.Changes.OfType<Change.JobPaused>().Sum(c => c.Job.Value) ?? 0;
        return new Farm(journal.LastSequence, state + journal.Kept(snapshot?.Sequence ?? 0).Sum());
    }

    private static NUnit.Framework.Constraints.ContainsConstraint Refuses(string what) => Throws.TypeOf<JournalException>().With.Message.Contains(what);

    private void MakeWithTwoSnapshots()
    {
        using var journal = Journals.Open(Db);
        journal.Turn(10);
        journal.WriteSnapshot([SampleChanges.Pause(55)]);
        journal.Turn(10);
        journal.WriteSnapshot([SampleChanges.Pause(210)]);
        journal.Turn(1);
    }

    private sealed record Farm(long LastSequence, int SumOfNumbers);
}
