using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>Files that lost a part, as disks, copies and people leave them: the start refuses in words, or all that was answered is there.</summary>
public sealed class TornJournalTests
{
    private const int PageBytes = 4096;

    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_whole_journal_starts()
    {
        FarmJournal.Make(Db);

        Assert.That(FarmJournal.Refuses(Db, FarmJournal.End, "whole"), Is.False);
    }

    [Test]
    public void A_file_cut_anywhere_is_refused([Values(1, 2)] int seed)
    {
        var whole = Made();
        var random = new Random(seed);
        foreach (var length in Enumerable.Range(0, 20).Select(_ => random.Next(whole.Length)))
        {
            File.WriteAllBytes(Db, whole[..length]);

            Assert.That(FarmJournal.Refuses(Db, FarmJournal.End, $"cut at {length} of {whole.Length}"), $"cut at {length} of {whole.Length} is noticed");
        }
    }

    [Test]
    public void A_page_of_zeros_is_refused_or_harmless_wherever_it_is()
    {
        var whole = Made();
        var refused = 0;
        for (var page = 0; page < whole.Length / PageBytes; page++)
        {
            var copy = whole.ToArray();
            copy.AsSpan(page * PageBytes, PageBytes).Clear();
            File.WriteAllBytes(Db, copy);

            if (FarmJournal.Refuses(Db, FarmJournal.End, $"page {page}")) refused++;
        }

        Assert.That(refused, Is.GreaterThan(whole.Length / PageBytes / 3));
    }

    [Test]
    public void Flipped_bytes_of_a_record_are_refused()
    {
        FarmJournal.Make(Db);
        Journals.Sql(Db, $"UPDATE journal SET record = substr(record, 1, length(record) - 1) || x'ff' WHERE sequence = {FarmJournal.NewestSnapshot + 3}");

        Assert.That(FarmJournal.Refuses(Db, FarmJournal.End, ""));
    }

    [TestCase("DELETE FROM journal WHERE sequence = 99")]
    [TestCase("DELETE FROM journal WHERE sequence > 100")]
    [TestCase("DELETE FROM journal WHERE sequence < 70")]
    [TestCase("DELETE FROM journal")]
    [TestCase("UPDATE snapshots SET checksum = 0")]
    [TestCase("DELETE FROM snapshots")]
    [TestCase("DELETE FROM journal; DELETE FROM snapshots")]
    [TestCase("DELETE FROM journal; DELETE FROM snapshots; UPDATE journal_end SET sequence = 0")]
    [TestCase("DELETE FROM journal_end")]
    [TestCase("DROP TABLE journal_end")]
    public void What_was_deleted_is_missed(string damage)
    {
        FarmJournal.Make(Db);
        Journals.Sql(Db, damage);

        Assert.That(FarmJournal.Refuses(Db, FarmJournal.End, damage));
    }

    [Test]
    public void A_log_cut_anywhere_leaves_the_farm_as_after_a_whole_turn_and_more_with_every_byte()
    {
        const int FirstTurn = 50;
        using var journal = Journals.Open(Db);
        var farm = new Farm();
        FarmJournal.Continue(journal, farm, withSnapshots: false);
        var copy = Journals.CopyAsAfterCrash(Db, _folder["copy.db"]);
        var (database, log) = (File.ReadAllBytes(copy), File.ReadAllBytes(copy + "-wal"));
        var random = new Random(4);
        var cuts = Enumerable.Range(0, 60).Select(_ => random.Next(log.Length)).Append(log.Length).Order().ToList();

        long before = 0;
        foreach (var cut in cuts)
        {
            File.Delete(CommittedEnd.FileOf(copy));
            File.WriteAllBytes(copy, database);
            File.WriteAllBytes(copy + "-wal", log[..cut]);
            var (sequence, text) = FarmJournal.Started(copy);

            Assert.That(text, Is.EqualTo(FarmJournal.TextAfter(sequence)), $"cut at {cut}");
            Assert.That(sequence % FarmJournal.TurnChanges == 0 || sequence == FarmJournal.End, $"cut at {cut}: {sequence} is in the middle of a turn");
            Assert.That(sequence, Is.GreaterThanOrEqualTo(before), $"cut at {cut}");
            before = sequence;
        }

        Assert.That(before, Is.EqualTo(FarmJournal.End));
        Assert.That(cuts[0], Is.LessThan(log.Length / 3), "cuts in the first turns too");
        Assert.That(FarmJournal.End, Is.GreaterThan(FirstTurn));
    }

    [Test]
    public void A_lost_log_is_missed()
    {
        var crashed = Crashed("crashed");
        File.Delete(crashed + "-wal");

        Assert.That(() => Journals.Open(crashed), Throws.TypeOf<JournalException>().With.Message.Contains("-wal was lost"));
        Assert.That(() => Journals.Open(crashed), Throws.TypeOf<JournalException>(), "asked again it says the same");
    }

    [Test]
    public void A_log_of_another_farm_is_refused_or_harmless()
    {
        var crashed = Crashed("crashed");
        var other = _folder["other.db"];
        using (var journal = Journals.Open(other))
        {
            for (var turn = 0; turn < 30; turn++) journal.Turn(2);
            Journals.CopyAsAfterCrash(other, _folder["foreign.db"]);
        }

        File.Copy(_folder["foreign.db-wal"], crashed + "-wal", overwrite: true);

        Assert.That(FarmJournal.Refuses(crashed, FarmJournal.End, "a foreign log"));
    }

    [Test]
    public void An_older_copy_in_the_place_of_the_file_is_noticed_until_somebody_says_that_it_is_meant()
    {
        Journals.Make(Db, 3);
        File.Copy(Db, _folder["older"]);
        using (var journal = Journals.Open(Db)) journal.Turn(2);
        File.Copy(_folder["older"], Db, overwrite: true);

        Assert.That(() => Journals.Open(Db), Throws.TypeOf<JournalException>().With.Message.Contains("ends with change 3").And.Message.Contains("committed change 5").And.Message.Contains($"delete {Db}-end"));
        File.Delete(Db + "-end");
        Assert.That(Journals.Kept(Db), Has.Count.EqualTo(3));
    }

    [Test]
    public void A_missing_file_is_not_taken_for_an_empty_farm()
    {
        Journals.Make(Db, 3);
        File.Delete(Db);

        Assert.That(() => Journals.Open(Db), Throws.TypeOf<JournalException>().With.Message.Contains("is missing").And.Message.Contains("number 3"));
    }

    [Test]
    public void An_end_that_cannot_be_read_is_no_reason_to_refuse_and_is_said([Values(7, 16, 40)] int bytes)
    {
        Journals.Make(Db, 3);
        File.WriteAllBytes(Db + "-end", [.. Enumerable.Repeat((byte)9, bytes)]);
        var log = new LogLines<SqliteJournal>();

        using (var journal = SqliteJournal.Open(Db, new StoppedClock(), log)) Assert.That(journal.Kept(), Has.Count.EqualTo(3));

        Assert.That(log.Lines.Single(), Does.StartWith("Warning").And.Contain($"{Db}-end cannot be understood"));
        Assert.That(CommittedEnd.Read(Db), Is.EqualTo(3), "and is written anew");
        Assert.That(new FileInfo(Db + "-end"), Has.Length.EqualTo(16), "without what was behind it");
    }

    [Test]
    public void An_end_is_read_while_a_server_has_it_open()
    {
        using var journal = Journals.Open(Db);
        journal.Turn(3);
        using var other = new FileStream(Db + "-end", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

        Assert.That(CommittedEnd.Read(Db), Is.EqualTo(3));
    }

    /// <summary>What stands on disk when the server is killed: the database, its log, the end beside.</summary>
    private string Crashed(string name)
    {
        using var journal = Journals.Open(Db);
        FarmJournal.Continue(journal, new Farm());
        var copy = Journals.CopyAsAfterCrash(Db, _folder[$"{name}.db"]);
        File.Copy(Db + "-end", copy + "-end");
        return copy;
    }

    private byte[] Made()
    {
        FarmJournal.Make(Db);
        return File.ReadAllBytes(Db);
    }
}
