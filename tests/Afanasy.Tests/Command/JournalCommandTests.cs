using System.Text.Json;
using Afanasy.Tests.Journaling;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

/// <summary>What the journal tool prints, and how it answers a wrong line.</summary>
public sealed class JournalCommandTests
{
    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    [TearDown]
    public void Clean() => _folder.Dispose();

    [TestCase("", 2, "Usage:")]
    [TestCase("verfy", 2, "verfy")]
    [TestCase("verify --data a --file b", 2, "Give one of them")]
    [TestCase("verify more", 2, "more")]
    [TestCase("export", 2, "FILE")]
    [TestCase("export a --until never", 2, "--until: must be the number of a change or last-good, was 'never'")]
    [TestCase("dump --from x", 2, "--from: must be the number of a change, was 'x'")]
    [TestCase("dump --from 5 --to 4", 2, "--from is after --to")]
    [TestCase("dump --snapshot --to 4", 2, "do not go with it")]
    [TestCase("restore", 2, "FILE")]
    public void A_wrong_line_is_answered_in_words(string line, int code, string words)
    {
        var run = JournalRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.That((run.Code, run.Out), Is.EqualTo((code, "")));
        Assert.That(run.Error, Does.Contain(words));
    }

    [TestCase("--help")]
    [TestCase("help")]
    [TestCase("verify --help")]
    [TestCase("dump --help")]
    [TestCase("export --help")]
    [TestCase("help restore")]
    public void Help_has_examples(string line)
    {
        var run = JournalRun.Of(line.Split(' '));

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Out, Does.Contain("Examples:"));
    }

    [Test]
    public void A_version_is_told() => Assert.That(JournalRun.Of("--version").Out, Does.StartWith("journal "));

    [Test]
    public void A_dump_has_a_line_per_change()
    {
        FarmJournal.Make(Db);

        var dump = JournalRun.Of("dump", "--data", _folder.Path, "--from", "70", "--to", "80");

        Assert.That(dump.Code, Is.Zero, dump.Error);
        var lines = dump.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Select(line => int.Parse(line[..9])), Is.EqualTo(Enumerable.Range(70, 11)));
        Assert.That(lines, Has.All.Match(@"^ +\d+  2026-01-01 \d\d:\d\d:\d\d\.\d{3}Z  [a-z ]+ [a-z]+="));
        Assert.That(lines, Has.Some.Contain("run started run=J").Or.Some.Contain("job submitted job=J"));
    }

    [Test]
    public void A_dump_as_JSON_has_an_object_per_line_with_every_field()
    {
        FarmJournal.Make(Db);

        var lines = JournalRun.Of("dump", "--data", _folder.Path, "--json").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.That(lines[^1].GetProperty("sequence").GetInt32(), Is.EqualTo(FarmJournal.End));
        var started = lines.First(line => line.GetProperty("change").GetString() == "run started");
        Assert.That(started.GetProperty("fields").GetProperty("run").GetString(), Does.Match(@"^J\d+\[\d+\]\[\d+\]#\d+$"));
        Assert.That(started.GetProperty("at").GetDateTimeOffset().Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Every_kind_of_change_can_be_dumped()
    {
        using (var journal = Journals.Open(Db))
        {
            foreach (var change in SampleChanges.Every()) journal.Append(change);
            journal.Commit();
        }

        var (plain, json) = (JournalRun.Of("dump", "--file", Db), JournalRun.Of("dump", "--file", Db, "--json"));

        Assert.That((plain.Code, json.Code), Is.EqualTo((0, 0)), plain.Error + json.Error);
        Assert.That(plain.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(SampleChanges.Cases.Count));
        Assert.That(json.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(SampleChanges.Cases.Count));
    }

    [Test]
    public void A_dump_goes_past_damage_and_says_so()
    {
        FarmJournal.Make(Db);
        Journals.Sql(Db, "UPDATE journal SET checksum = 7 WHERE sequence = 70; DELETE FROM journal WHERE sequence = 72");

        var dump = JournalRun.Of("dump", "--data", _folder.Path, "--from", "69", "--to", "74");

        Assert.That(dump.Code, Is.EqualTo(1));
        Assert.That(dump.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line[..9])), Is.EqualTo(new[] { 69, 71, 73, 74 }));
        Assert.That(dump.Error, Does.Contain("change 70 is damaged").And.Contain("after change 71 comes change 73"));
    }

    [Test]
    public void The_newest_snapshot_that_can_be_read_is_dumped()
    {
        FarmJournal.Make(Db);

        var newest = JournalRun.Of("dump", "--data", _folder.Path, "--snapshot");
        Journals.Sql(Db, "UPDATE snapshots SET checksum = 7 WHERE sequence = 95");
        var older = JournalRun.Of("dump", "--data", _folder.Path, "--snapshot");

        Assert.That((newest.Code, newest.Out[..9].Trim()), Is.EqualTo((0, "95")), newest.Error);
        Assert.That((older.Code, older.Out[..9].Trim()), Is.EqualTo((1, "60")), older.Error);
        Assert.That(newest.Out, Does.Contain("numbers restored").And.Contain("tasks restored"));
    }
}
