using Afanasy.Tests.Support;
using AfJournal;
using AfJournal.Stores;
using AfJournal.Words;
using AfServer.Journaling;

namespace Afanasy.Tests.Journaling;

/// <summary>What the journal tool puts back, on real files.</summary>
public sealed class JournalRestoreTests
{
    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    private string Export => _folder["export.db"];

    [SetUp]
    public void MakeJournal() => FarmJournal.Make(Db);

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_restored_export_is_what_it_was()
    {
        JournalRun.Of("export", Export, "--data", _folder.Path);
        var to = _folder["other"];

        var restore = JournalRun.Of("restore", Export, "--data", to);

        Assert.That(restore.Code, Is.Zero, restore.Said);
        Assert.That(restore.Out, Does.Contain("Start the server"));
        Assert.That(FarmJournal.Started(Path.Combine(to, "farm.db")).Text, Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
    }

    [Test]
    public void A_server_folder_is_restored_from_with_what_is_in_its_log()
    {
        using var server = Journals.Open(Db);
        server.Turn(0);
        server.Append(SampleChanges.Pause(1));
        server.Commit();

        Assert.That(JournalRun.Of("restore", Db, "--data", _folder["other"]).Code, Is.Zero);

        Assert.That(FarmJournal.Started(_folder["other/farm.db"]).Sequence, Is.EqualTo(FarmJournal.End + 1));
    }

    [TestCase("farm.db")]
    [TestCase("link.db")]
    public void What_a_server_works_with_is_not_restored_from(string name)
    {
        File.CreateSymbolicLink(_folder["link.db"], Db);
        JournalRun.Of("export", Export, "--data", _folder.Path);
        using var server = DataFolder.Open(_folder.Path, TimeProvider.System);

        var refused = JournalRun.Of("restore", _folder[name], "--data", _folder["other"]);

        Assert.That(refused.Code, Is.EqualTo(3), refused.Said);
        Assert.That(refused.Error, Does.Contain("utilities/journal export").And.Contain($"process {Environment.ProcessId}"));
        Assert.That(File.Exists(_folder["other/farm.db"]), Is.False);
        Assert.That(JournalRun.Of("restore", Export, "--data", _folder["other"]).Code, Is.Zero, "an export beside it is nobody's");
    }

    [Test]
    public void A_restore_overwrites_nothing_and_keeps_what_it_is_told_to_replace()
    {
        JournalRun.Of("export", Export, "--data", _folder.Path);
        Journals.Make(_folder["old.db"], 4);
        Directory.CreateDirectory(_folder["other"]);
        foreach (var ending in new[] { "", "-end" }) File.Move(_folder["old.db"] + ending, _folder["other/farm.db"] + ending);
        File.WriteAllText(_folder["other/farm.db-wal"], "the last turns");

        var refused = JournalRun.Of("restore", Export, "--data", _folder["other"]);
        Assert.That((refused.Code, refused.Error), Is.EqualTo((1, refused.Error)).And.Matches<(int, string)>(r => r.Item2.Contains("has a journal already", StringComparison.Ordinal)));

        var restored = JournalRun.Of("restore", Export, "--data", _folder["other"], "--force");
        Assert.That(restored.Code, Is.Zero, restored.Said);
        Assert.That(FarmJournal.Started(_folder["other/farm.db"]).Text, Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
        var kept = Directory.GetFiles(_folder["other"], "farm.db.before-*").Order(StringComparer.Ordinal).ToList();
        Assert.That(kept, Has.Count.EqualTo(3));
        Assert.That(File.ReadAllText(kept.Single(file => file.EndsWith("-wal", StringComparison.Ordinal))), Is.EqualTo("the last turns"));
    }

    [TestCase("")]
    [TestCase("-wal")]
    [TestCase("-wal", "-end")]
    public void A_restore_that_was_cut_short_is_no_empty_farm_and_is_run_again(params string[] notYetAside)
    {
        JournalRun.Of("export", Export, "--data", _folder.Path);
        Directory.CreateDirectory(_folder["other"]);
        var (live, aside) = (_folder["other/farm.db"], _folder["other/farm.db.before-20260101T120000000Z"]);
        foreach (var ending in new[] { "", "-wal", "-end" }) File.WriteAllText((notYetAside.Contains(ending) && ending.Length > 0 ? live : aside) + ending, $"old{ending}");
        File.WriteAllBytes(live + ".restoring", new byte[5000]);

        Assert.That(() => Journals.Open(live), Throws.TypeOf<JournalException>().With.Message.Contains("Run the restore again").And.Message.Contains("farm.db.before-"));
        var restored = JournalRun.Of("restore", Export, "--data", _folder["other"], "--force");

        Assert.That(restored.Code, Is.Zero, restored.Said);
        Assert.That(restored.Out, Does.Contain($"kept as {aside}."));
        foreach (var ending in new[] { "", "-wal", "-end" }) Assert.That(File.ReadAllText(aside + ending), Is.EqualTo($"old{ending}"));
        Assert.That(FarmJournal.Started(live).Text, Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
        Assert.That(File.Exists(live + ".restoring"), Is.False);
    }

    [Test]
    public void A_copy_that_is_not_sound_takes_nobodys_place()
    {
        Journals.Make(_folder["spoilt.db"], 5);
        Journals.Sql(_folder["spoilt.db"], "UPDATE journal SET checksum = 7 WHERE sequence = 3");
        var before = File.ReadAllBytes(Db);

        Assert.That(
            () => new DataFolderStore(_folder.Path, TimeProvider.System).Restore(new SqliteFileStore(_folder["spoilt.db"]), force: true, Steps.Silent),
            Throws.TypeOf<ToolFailure>().With.Message.Contains("change 3 is damaged"));

        Assert.That(File.ReadAllBytes(Db), Is.EqualTo(before));
        Assert.That(File.Exists(Db + ".restoring"), Is.False);
    }

    [Test]
    public void Nothing_is_restored_into_a_folder_that_a_server_holds()
    {
        JournalRun.Of("export", Export, "--data", _folder.Path);
        using var server = DataFolder.Open(_folder["held"], TimeProvider.System);

        var refused = JournalRun.Of("restore", Export, "--data", _folder["held"], "--force");

        Assert.That(refused.Code, Is.EqualTo(3));
        Assert.That(refused.Error, Does.Contain("is used by another afserver"));
    }

    [Test]
    public void A_damaged_export_is_not_restored()
    {
        JournalRun.Of("export", Export, "--data", _folder.Path);
        Journals.Sql(Export, "UPDATE journal SET checksum = 7 WHERE sequence = 103");

        var refused = JournalRun.Of("restore", Export, "--data", _folder["other"]);

        Assert.That(refused.Code, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("change 103 is damaged").And.Contain("nothing was changed"));
        Assert.That(File.Exists(_folder["other/farm.db"]), Is.False);
    }
}
