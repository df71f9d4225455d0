using Afanasy.Model;
using Afanasy.Tests.Support;
using AfJournal.Stores;
using AfServer.Engine;
using AfServer.Hosting;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>The journal tool on real files.</summary>
public sealed class JournalToolTests
{
    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    private string Export => _folder["export.db"];

    [SetUp]
    public void MakeJournal() => FarmJournal.Make(Db);

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_sound_journal_is_fine()
    {
        var verify = JournalRun.Of("verify", "--data", _folder.Path);

        Assert.That(verify.Code, Is.Zero, verify.Said);
        Assert.That(verify.Out, Does.Contain($"{Db} is fine: change {FarmJournal.End}, 16 jobs").And.Contain("both farms").And.Not.Contain("damaged"));
        Assert.That(verify.Out.Split('\n').Count(line => line.Contains(" fine ", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(9));
    }

    [Test]
    public void A_journal_is_verified_and_exported_beside_a_server_that_writes()
    {
        using var server = Journals.Open(Db);
        server.Append(SampleChanges.Pause(1));

        Assert.That(JournalRun.Of("verify", "--data", _folder.Path).Code, Is.Zero);
        Assert.That(JournalRun.Of("export", Export, "--data", _folder.Path).Code, Is.Zero);

        server.Commit();
        Assert.That(server.LastSequence, Is.EqualTo(FarmJournal.End + 1));
        Assert.That(FarmJournal.Started(Export), Is.EqualTo(((long)FarmJournal.End, FarmJournal.TextAfter(FarmJournal.End))));
    }

    [TestCase("UPDATE journal SET checksum = 7 WHERE sequence = 103", "change 103 is damaged", "The last good change is 102")]
    [TestCase("DELETE FROM journal WHERE sequence BETWEEN 98 AND 100", "changes 98 to 100 missing", "The last good change is 97")]
    [TestCase("DELETE FROM journal WHERE sequence > 100", "missing at the end", "The last good change is 100")]
    [TestCase("DELETE FROM journal WHERE sequence < 63", "changes 61 to 62 missing at the beginning", "nothing is lost")]
    [TestCase("UPDATE journal SET checksum = 7 WHERE sequence = 70", "change 70 is damaged", "nothing is lost")]
    [TestCase("UPDATE snapshots SET record = zeroblob(9) WHERE sequence = 95", "snapshot 95", "nothing is lost")]
    [TestCase("UPDATE snapshots SET checksum = 0", "nothing that it could be made from", "no farm can be made")]
    [TestCase("UPDATE runs SET ended = 'yesterday' WHERE job = 1 AND task = 2", "ended is 'yesterday'", "nothing is lost")]
    [TestCase("UPDATE runs SET job = 4294967297 WHERE job = 1 AND task = 2", "job is '4294967297'", "nothing is lost")]
    [TestCase("UPDATE runs SET block = -1 WHERE job = 1 AND task = 2", "block is '-1'", "nothing is lost")]
    [TestCase("UPDATE snapshots SET part = 4294967296 WHERE sequence = 95", "snapshot 95", "nothing is lost")]
    [TestCase("UPDATE jobs SET name = x'00ff' WHERE job = 3", "history, jobs", "nothing is lost")]
    [TestCase("UPDATE journal_end SET sequence = 3", "it should end with change 3", "nothing is lost")]
    [TestCase("DELETE FROM journal_end", "journal_end has lost the number of the last change", "all changes up to the last, 103, can be read")]
    [TestCase("UPDATE journal_end SET sequence = 'three'", "journal_end has lost the number of the last change", "all changes up to the last, 103, can be read")]
    [TestCase("DELETE FROM journal_end; UPDATE journal SET checksum = 7 WHERE sequence = 103", "change 103 is damaged", "change 103 would be lost")]
    public void Damage_is_told_with_its_place_what_it_costs_and_what_to_do(string damage, string found, string loss)
    {
        Journals.Sql(Db, damage);
        if (damage.Contains("journal_end", StringComparison.Ordinal)) File.Delete(Db + "-end");

        var verify = JournalRun.Of("verify", "--data", _folder.Path);

        Assert.That(verify.Code, Is.EqualTo(1), verify.Said);
        Assert.That(verify.Out, Does.Contain(found).And.Contain(loss).And.Contain("utilities/journal restore BACKUP"));
        Assert.That(JournalRun.Of("export", Export, "--data", _folder.Path).Code, Is.EqualTo(1));
        Assert.That(Directory.GetFiles(_folder.Path, "export*"), Is.Empty, "no part of an export is left");
    }

    [Test]
    public void Of_damage_that_repeats_the_first_places_are_told_and_the_rest_is_counted()
    {
        Journals.Make(_folder["many.db"], 5000);
        Journals.Sql(_folder["many.db"], "UPDATE journal SET checksum = 7");

        Assert.That(JournalRun.Of("verify", "--file", _folder["many.db"]).Out, Does.Contain("change 1 is damaged").And.Contain("change 5 is damaged").And.Contain("; and 4995 more").And.Not.Contain("change 6 is"));
    }

    [Test]
    public void After_the_highest_number_comes_no_change()
    {
        const int SliceOfReading = 4096;
        Journals.Make(_folder["many.db"], SliceOfReading);
        Journals.Sql(_folder["many.db"], $"UPDATE journal SET sequence = {long.MaxValue} WHERE sequence = {SliceOfReading}");

        using var journal = SqliteStoredJournal.Open(_folder["many.db"]);

        Assert.That(journal.RowsFrom(long.MinValue).Take(2 * SliceOfReading).Count(), Is.EqualTo(SliceOfReading));
    }

    [Test]
    public void A_snapshot_of_another_farm_is_noticed_although_all_its_checksums_are_right()
    {
        using (var journal = Journals.Open(Db))
        {
            var farm = Recovery.Recover(journal).Farm;
            Journals.Sql(Db, "DELETE FROM snapshots WHERE sequence = 60");
            journal.Append(new Change.JobPaused(new JobId(1)) { At = FullFarm.Noon });
            journal.Commit();
            farm.Apply(new Change.JobPaused(new JobId(2)) { At = FullFarm.Noon });
            journal.WriteSnapshot([.. farm.Describe(FullFarm.Noon)]);
        }

        var verify = JournalRun.Of("verify", "--file", Db);

        Assert.That(verify.Code, Is.EqualTo(1), verify.Said);
        Assert.That(verify.Out, Does.Contain("two different farms").And.Contain("job paused job=J"));
    }

    [Test]
    public void A_change_that_does_not_fit_the_farm_is_refused_at_the_start_and_named()
    {
        using (var journal = Journals.Open(Db))
        {
            journal.Append(new Change.JobPaused(new JobId(4711)) { At = FullFarm.Noon });
            journal.Commit();
        }

        using var again = Journals.Open(Db);

        Assert.That(
            () => Recovery.Recover(again),
            Throws.InstanceOf<JournalException>().With.Message.Contains($"change {FarmJournal.End + 1} (JobPaused) does not fit").And.Message.Contains("utilities/journal verify"));
    }

    [Test]
    public void An_export_is_one_packed_file_that_a_server_starts_with()
    {
        var export = JournalRun.Of("export", Export, "--data", _folder.Path);

        Assert.That(export.Code, Is.Zero, export.Said);
        Assert.That(export.Out, Does.StartWith($"{Export}: the farm after change {FarmJournal.End}").And.Contain("verified"));
        Assert.That(Directory.GetFiles(_folder.Path, "export*").Select(Path.GetFileName), Is.EqualTo(new[] { "export.db" }));
        Assert.That(JournalRun.Of("verify", "--file", Export).Code, Is.Zero);
        Assert.That(FarmJournal.Started(Export), Is.EqualTo(((long)FarmJournal.End, FarmJournal.TextAfter(FarmJournal.End))));
        foreach (var table in new[] { "runs", "jobs", "actions", "journal", "snapshots" })
            Assert.That(Journals.Number(Export, $"SELECT count(*) FROM {table}"), Is.EqualTo(Journals.Number(Db, $"SELECT count(*) FROM {table}")), table);
    }

    [Test]
    public void A_journal_that_has_lost_its_log_is_not_exported_as_if_it_were_whole()
    {
        Journals.Sql(Db, "DELETE FROM journal WHERE sequence > 100; UPDATE journal_end SET sequence = 100");

        var refused = JournalRun.Of("export", Export, "--data", _folder.Path);

        Assert.That(refused.Code, Is.EqualTo(1), refused.Said);
        Assert.That(refused.Error, Does.Contain($"changes 101 to {FarmJournal.End} missing at the end"));
        Assert.That(File.Exists(Export), Is.False);
    }

    [Test]
    public void What_an_export_that_was_killed_has_left_is_gone_after_the_next_one()
    {
        foreach (var ending in new[] { "", "-wal", "-journal", ".new", ".new-journal" }) File.WriteAllText($"{Export}.unfinished{ending}", "half");

        Assert.That(JournalRun.Of("export", Export, "--data", _folder.Path).Code, Is.Zero);

        Assert.That(Directory.GetFiles(_folder.Path, "export*").Select(Path.GetFileName), Is.EqualTo(new[] { "export.db" }));
    }

    [Test]
    public void An_export_overwrites_nothing_without_being_told_to()
    {
        File.WriteAllText(Export, "precious");

        var refused = JournalRun.Of("export", Export, "--data", _folder.Path);
        Assert.That((refused.Code, File.ReadAllText(Export)), Is.EqualTo((1, "precious")));
        Assert.That(refused.Error, Does.Contain("is there already"));

        Assert.That(JournalRun.Of("export", Export, "--data", _folder.Path, "--force").Code, Is.Zero);
        Assert.That(JournalRun.Of("verify", "--file", Export).Code, Is.Zero);
    }

    [TestCase("farm.db")]
    [TestCase("farm.db-wal")]
    [TestCase("farm.db-end")]
    [TestCase("link/farm.db")]
    [TestCase("link.db")]
    public void An_export_never_takes_the_place_of_what_it_is_taken_from(string name)
    {
        Directory.CreateSymbolicLink(_folder["link"], _folder.Path);
        File.CreateSymbolicLink(_folder["link.db"], "farm.db");
        var before = File.ReadAllBytes(Db);

        foreach (var until in new[] { Array.Empty<string>(), ["--until", "last-good"] })
        {
            var refused = JournalRun.Of(["export", _folder[name], "--data", _folder.Path, "--force", .. until]);
            Assert.That(refused.Code, Is.EqualTo(1), refused.Said);
            Assert.That(refused.Error, Does.Contain("belongs to the journal that is to be exported"));
        }

        Assert.That(File.ReadAllBytes(Db), Is.EqualTo(before));
    }

    [TestCase("held/farm.db")]
    [TestCase("held/farm.db-wal")]
    [TestCase("link.db")]
    public void An_export_never_takes_the_place_of_what_a_server_works_with(string name)
    {
        using var server = DataFolder.Open(_folder["held"], TimeProvider.System);
        File.WriteAllText(_folder["held/farm.db"], "of the server");
        File.CreateSymbolicLink(_folder["link.db"], _folder["held/farm.db"]);

        var refused = JournalRun.Of("export", _folder[name], "--data", _folder.Path, "--force");

        Assert.That(refused.Code, Is.EqualTo(3), refused.Said);
        Assert.That(refused.Error, Does.Contain($"process {Environment.ProcessId}"));
        Assert.That(File.ReadAllText(_folder["held/farm.db"]), Is.EqualTo("of the server"));
        Assert.That(JournalRun.Of("export", _folder["held/backup.db"], "--data", _folder.Path).Code, Is.Zero, "another name beside it is fine");
    }

    [Test]
    public void The_farm_of_every_change_since_the_older_snapshot_can_be_had_and_goes_on([Range(FarmJournal.OlderSnapshot, FarmJournal.OlderSnapshot + 42, 3)] int until)
    {
        Assert.That(until, Is.LessThan(FarmJournal.End));

        var export = JournalRun.Of("export", Export, "--data", _folder.Path, "--until", $"{until}");

        Assert.That(export.Code, Is.Zero, export.Said);
        var (sequence, text) = FarmJournal.Started(Export);
        Assert.That(text, Is.EqualTo(FarmJournal.TextAfter(until)));
        Assert.That(sequence, Is.EqualTo(until).Or.EqualTo(until + 1), "a change that changes nothing may stand at its end");
        Assert.That(JournalRun.Of("verify", "--file", Export).Code, Is.Zero);
        GoesOn(until);
        Assert.That(Counts(Export), Is.EqualTo(Counts(Db)), "all that came later comes again, once");
    }

    [Test]
    public void A_change_before_the_older_snapshot_cannot_be_had_when_what_led_there_is_forgotten()
    {
        var refused = JournalRun.Of("export", Export, "--data", _folder.Path, "--until", "17");

        Assert.That(refused.Code, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("change 17 cannot be had"));
        Assert.That(File.Exists(Export), Is.False);
    }

    [TestCase("UPDATE runs SET job = 4294967297 WHERE job = 1 AND task = 2")]
    [TestCase("UPDATE runs SET block = -1 WHERE job = 1 AND task = 2")]
    public void History_of_numbers_that_no_job_can_have_is_left_out(string damage)
    {
        var rows = Journals.Number(Db, "SELECT count(*) FROM runs");
        var spoilt = Journals.Number(Db, "SELECT count(*) FROM runs WHERE job = 1 AND task = 2");
        Journals.Sql(Db, damage);

        var export = JournalRun.Of("export", Export, "--data", _folder.Path, "--until", "last-good");

        Assert.That(export.Code, Is.Zero, export.Said);
        Assert.That(export.Out, Does.Contain("that cannot be understood"));
        Assert.That(Journals.Number(Export, "SELECT count(*) FROM runs"), Is.EqualTo(rows - spoilt));
    }

    [Test]
    public void What_is_good_of_a_damaged_journal_is_kept_and_what_is_not_is_said()
    {
        Journals.Sql(Db, "UPDATE journal SET checksum = 7 WHERE sequence = 103; UPDATE runs SET outcome = 'eaten' WHERE job = 1 AND task = 2");

        var export = JournalRun.Of("export", Export, "--data", _folder.Path, "--until", "last-good");

        Assert.That(export.Code, Is.Zero, export.Said);
        Assert.That(FarmJournal.Started(Export), Is.EqualTo((102L, FarmJournal.TextAfter(102))));
        Assert.That(export.Out, Does.Contain("1 row that cannot be understood").And.Contain("Left out: 1 change after change 102"));
    }

    [TestCase("DELETE FROM journal_end")]
    [TestCase("UPDATE journal_end SET sequence = 'three'")]
    [TestCase("UPDATE journal_end SET sequence = 0")]
    public void A_farm_whose_end_is_not_known_any_more_is_kept_whole(string damage)
    {
        Journals.Sql(Db, damage);
        File.Delete(Db + "-end");

        var export = JournalRun.Of("export", Export, "--data", _folder.Path, "--until", "last-good");

        Assert.That(export.Code, Is.Zero, export.Said);
        Assert.That(FarmJournal.Started(Export).Text, Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
        Assert.That(Counts(Export), Is.EqualTo(Counts(Db)));
    }

    [Test]
    public void A_damaged_page_of_the_history_costs_the_rows_on_it_alone()
    {
        using (var journal = Journals.Open(Db))
        {
            for (var i = 0; i < 2000; i++) journal.Append(new UserAction(FullFarm.Noon, "anna", "desk", "edit", "farm", $"line {i} {new string('x', 50)}"));
            journal.Commit();
        }

        var page = Journals.Number(Db, "SELECT rootpage FROM sqlite_schema WHERE name = 'actions'");
        var bytes = File.ReadAllBytes(Db);
        var leaf = FindPage(bytes, "line 1000 ");
        bytes.AsSpan(leaf * 4096, 4096).Clear();
        File.WriteAllBytes(Db, bytes);
        Assert.That(leaf + 1, Is.Not.EqualTo(page));

        Assert.That(JournalRun.Of("verify", "--data", _folder.Path).Out, Does.Contain("cannot be read"));
        Assert.That(JournalRun.Of("export", Export, "--data", _folder.Path).Code, Is.EqualTo(1));
        var export = JournalRun.Of("export", Export, "--data", _folder.Path, "--until", "last-good");
        Assert.That(export.Code, Is.Zero, export.Said);
        Assert.That(export.Out, Does.Contain("history, actions: rows between"));
        Assert.That(Journals.Number(Export, "SELECT count(*) FROM actions"), Is.InRange(1900, 2020));
        Assert.That(FarmJournal.Started(Export).Text, Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
    }

    [Test]
    public void What_is_no_journal_is_refused_in_words()
    {
        File.WriteAllText(_folder["text.db"], string.Concat(Enumerable.Repeat("not a database. ", 1000)));
        File.WriteAllBytes(_folder["empty.db"], []);

        Assert.That(JournalRun.Of("verify", "--file", _folder["text.db"]), Has.Property("Code").EqualTo(1).And.Property("Error").Contains("is not a database"));
        Assert.That(JournalRun.Of("verify", "--file", _folder["empty.db"]), Has.Property("Code").EqualTo(1).And.Property("Error").Contains("is empty"));
        Assert.That(JournalRun.Of("verify", "--file", _folder["none.db"]), Has.Property("Code").EqualTo(1).And.Property("Error").Contains("is not there"));
        Assert.That(JournalRun.Of("restore", _folder["none.db"], "--data", _folder["other"]).Code, Is.EqualTo(1));
        Assert.That(File.Exists(_folder["none.db"]), Is.False);
    }

    [Test]
    public void Verify_changes_no_byte()
    {
        var before = File.ReadAllBytes(Db);

        JournalRun.Of("verify", "--data", _folder.Path);
        JournalRun.Of("dump", "--data", _folder.Path);

        Assert.That(File.ReadAllBytes(Db), Is.EqualTo(before));
    }

    private static (long Runs, long Jobs) Counts(string file) => (Journals.Number(file, "SELECT count(*) FROM runs"), Journals.Number(file, "SELECT count(*) FROM jobs"));

    private static int FindPage(byte[] bytes, string text)
    {
        var pattern = System.Text.Encoding.UTF8.GetBytes(text);
        return bytes.AsSpan().IndexOf(pattern) / 4096;
    }

    /// <summary>Lets a server go on with the export: what it did after that change, it does again.</summary>
    private void GoesOn(int until)
    {
        using var journal = Journals.Open(Export);
        var farm = Recovery.Recover(journal).Farm;
        var ledger = new Ledger(journal, farm);
        ledger.Begin();
        foreach (var change in new FullFarm().Changes.Skip(until))
        {
            ledger.Write(change);
            farm.Apply(change);
            ledger.WriteFinished();
            farm.Touches.Clear();
            journal.Commit();
        }

        Assert.That(FarmJournal.TextOf(farm), Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
    }
}
