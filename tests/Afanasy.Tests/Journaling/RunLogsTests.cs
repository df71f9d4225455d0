using System.Text;
using Afanasy.Model;
using AfServer.Journaling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Journaling;

public sealed class RunLogsTests
{
    private static readonly TaskRunId _run = new(new JobId(7), 1, 42, 3);

    private readonly TemporaryFolder _folder = new();
    private RunLogs _logs = null!; // set before every test

    private string Folder => _folder["logs"];

    [SetUp]
    public void Open() => _logs = Open(new RunLogLimits());

    [TearDown]
    public void Clean()
    {
        _logs.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Output_is_kept_as_it_came_in_a_file_of_the_run()
    {
        byte[] bytes = [0, 255, 10, 13, 128];

        _logs.Append(_run, 0, bytes);
        _logs.Append(_run, 5, bytes);

        Assert.That(File.ReadAllBytes(Path.Combine(Folder, "7", "1.42.3.log")), Is.EqualTo(bytes.Concat(bytes)));
        Assert.That(_logs.Length(_run), Is.EqualTo(10));
    }

    [Test]
    public void Output_in_pieces_that_overlap_anyhow_is_kept_once([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var output = new byte[5000];
        random.NextBytes(output);
        var known = 0L;

        while (known < output.Length)
        {
            var offset = random.Next((int)Math.Min(output.Length, known + 300));
            var piece = output.AsSpan(offset, random.Next(Math.Min(400, output.Length - offset) + 1));
            var answer = _logs.Append(_run, offset, piece);

            Assert.That(answer.Accepted, Is.EqualTo(offset <= known), $"seed {seed}");
            known = answer.Accepted ? Math.Max(known, offset + piece.Length) : known;
            Assert.That(answer.Length, Is.EqualTo(known), $"seed {seed}");
        }

        Assert.That(_logs.Read(_run, 0, 10_000), Is.EqualTo(output));
    }

    [Test]
    public void A_piece_beyond_the_known_is_refused_with_what_is_known()
    {
        _logs.Append(_run, 0, "abc"u8);

        Assert.That(_logs.Append(_run, 4, "e"u8), Is.EqualTo(new RunLogAppend(false, 3)));
        Assert.That(_logs.Append(_run, -1, "abcd"u8), Is.EqualTo(new RunLogAppend(false, 3)));
        Assert.That(_logs.Append(_run, long.MaxValue, "e"u8), Is.EqualTo(new RunLogAppend(false, 3)));
        Assert.That(_logs.Length(_run), Is.EqualTo(3));
    }

    [Test]
    public void Output_goes_on_where_it_was_after_a_restart()
    {
        _logs.Append(_run, 0, "abc"u8);
        _logs.Dispose();

        using var again = Open(new RunLogLimits());

        Assert.That(again.Append(_run, 9, "x"u8), Is.EqualTo(new RunLogAppend(false, 3)));
        Assert.That(again.Append(_run, 2, "cde"u8), Is.EqualTo(new RunLogAppend(true, 5)));
        Assert.That(again.Read(_run, 0, 100), Is.EqualTo("abcde"u8.ToArray()));
    }

    [Test]
    public void Output_over_the_limit_is_dropped_and_the_log_says_so()
    {
        using var logs = Open(new RunLogLimits { BytesPerRunMax = 1 << 20 });
        var piece = Encoding.UTF8.GetBytes(new string('x', 700_000));

        logs.Append(_run, 0, piece);
        var over = logs.Append(_run, 700_000, piece);
        var later = logs.Append(_run, 1_400_000, piece);

        Assert.That(over, Is.EqualTo(new RunLogAppend(true, 1_400_000)));
        Assert.That(later, Is.EqualTo(new RunLogAppend(true, 2_100_000)));
        var text = File.ReadAllText(Path.Combine(Folder, "7", "1.42.3.log"));
        Assert.That(text[..(1 << 20)], Is.EqualTo(new string('x', 1 << 20)));
        Assert.That(text[(1 << 20)..], Is.EqualTo("\n[afanasy] This run printed more than 1 MiB; the rest is not kept.\n"));
    }

    [Test]
    public void A_log_over_the_limit_stays_so_after_a_restart()
    {
        using (var logs = Open(new RunLogLimits { BytesPerRunMax = 8 }))
            logs.Append(_run, 0, "0123456789"u8);
        var length = _logs.Length(_run);

        using var again = Open(new RunLogLimits { BytesPerRunMax = 8 });

        Assert.That(again.Append(_run, 1_000_000, "x"u8), Is.EqualTo(new RunLogAppend(true, 1_000_001)));
        Assert.That(again.Length(_run), Is.EqualTo(length));
    }

    [Test]
    public void No_more_files_are_open_than_allowed_and_none_loses_anything()
    {
        using var logs = Open(new RunLogLimits { OpenFilesMax = 4 });

        for (var round = 0; round < 3; round++)
        {
            for (var task = 0; task < 20; task++)
                logs.Append(_run with { Task = task }, round, "x"u8);
        }

        Assert.That(logs.OpenFiles, Is.EqualTo(4));
        for (var task = 0; task < 20; task++)
            Assert.That(logs.Read(_run with { Task = task }, 0, 10), Is.EqualTo("xxx"u8.ToArray()));
    }

    [Test]
    public void Many_threads_write_many_logs_and_one_log()
    {
        using var logs = Open(new RunLogLimits { OpenFilesMax = 3 });
        var output = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000)));

        Parallel.For(0, 12, thread =>
        {
            for (var i = 0; i < output.Length; i += 50)
            {
                logs.Append(_run with { Task = thread }, i, output.AsSpan(i, Math.Min(50, output.Length - i)));
                logs.Append(_run, 0, output.AsSpan(0, Math.Min(i + 50, output.Length)));
            }
        });

        Assert.That(logs.Read(_run, 0, 100_000), Is.EqualTo(output));
        for (var thread = 0; thread < 12; thread++)
            Assert.That(logs.Read(_run with { Task = thread }, 0, 100_000), Is.EqualTo(output));
        Assert.That(logs.OpenFiles, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public void Any_part_of_a_log_can_be_read()
    {
        _logs.Append(_run, 0, "0123456789"u8);

        Assert.That(_logs.Read(_run, 3, 4), Is.EqualTo("3456"u8.ToArray()));
        Assert.That(_logs.Read(_run, 8, 4), Is.EqualTo("89"u8.ToArray()));
        Assert.That(_logs.Read(_run, 10, 4), Is.Empty);
        Assert.That(_logs.Read(_run, 99, 4), Is.Empty);
        Assert.That(_logs.Read(_run, -5, 2), Is.EqualTo("01"u8.ToArray()));
        Assert.That(_logs.Read(_run, 0, -1), Is.Empty);
        Assert.That(_logs.Read(_run with { Run = 9 }, 0, 4), Is.Empty);
        Assert.That(_logs.Length(_run with { Run = 9 }), Is.Zero);
    }

    [Test]
    public void The_last_run_that_printed_is_found()
    {
        _logs.Append(_run with { Run = 2 }, 0, "a"u8);
        _logs.Append(_run with { Run = 4 }, 0, "a"u8);

        Assert.That(_logs.LastRunWithLog(_run.TaskId, newestRun: 6), Is.EqualTo(4));
        Assert.That(_logs.LastRunWithLog(_run.TaskId, newestRun: 3), Is.EqualTo(2));
        Assert.That(_logs.LastRunWithLog(_run.TaskId, newestRun: 1), Is.Null);
    }

    [Test]
    public async Task A_follower_hears_what_is_there_and_what_comes()
    {
        _logs.Append(_run, 0, "abc"u8);
        using var follower = _logs.Follow(_run)!;
        var first = await follower.Lengths.ReadAsync();

        _logs.Append(_run with { Run = 99 }, 0, "other"u8);
        _logs.Append(_run, 3, "def"u8);
        var second = await follower.Lengths.ReadAsync();

        Assert.That((first, second), Is.EqualTo((3L, 6L)));
    }

    [Test]
    public async Task A_slow_follower_holds_nobody_up_and_hears_the_newest_length()
    {
        using var follower = _logs.Follow(_run)!;
        for (var i = 0; i < 1000; i++)
            _logs.Append(_run, i, "x"u8);

        Assert.That(await follower.Lengths.ReadAsync(), Is.EqualTo(1000));
        Assert.That(follower.Lengths.TryRead(out _), Is.False);
    }

    [Test]
    public void Followers_are_limited_and_leave_their_place()
    {
        var followers = Enumerable.Range(0, RunLogFollowers.FollowersMax).Select(_ => _logs.Follow(_run)!).ToList();

        Assert.That(_logs.Follow(_run), Is.Null);
        followers[0].Dispose();
        followers[0].Dispose();
        Assert.That(_logs.Follow(_run), Is.Not.Null);
        Assert.That(_logs.Follow(_run), Is.Null);
    }

    [Test]
    public async Task Deleting_a_job_deletes_its_logs_and_ends_its_followers()
    {
        _logs.Append(_run, 0, "abc"u8);
        _logs.Append(new TaskRunId(new JobId(8), 0, 0, 1), 0, "abc"u8);
        using var follower = _logs.Follow(_run)!;
        await follower.Lengths.ReadAsync();

        _logs.DeleteJob(new JobId(7));
        _logs.DeleteJob(new JobId(99));

        Assert.That(Directory.EnumerateDirectories(Folder).Select(Path.GetFileName), Is.EqualTo(new[] { "8" }));
        Assert.That(_logs.Length(_run), Is.Zero);
        Assert.That(follower.Lengths.Completion.IsCompletedSuccessfully);
        Assert.That(_logs.OpenFiles, Is.EqualTo(1));
    }

    [Test]
    public void Logs_of_jobs_that_nobody_knows_are_deleted()
    {
        _logs.Append(_run, 0, "abc"u8);
        _logs.Append(new TaskRunId(new JobId(8), 0, 0, 1), 0, "abc"u8);
        Directory.CreateDirectory(Path.Combine(Folder, "not-ours"));

        _logs.DeleteUnknown(job => job.Value == 8);

        Assert.That(Directory.EnumerateDirectories(Folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "8", "not-ours" }));
    }

    [Test]
    public void A_disk_that_fails_costs_output_and_is_said_once_per_run()
    {
        File.WriteAllText(_folder["file"], "");
        var log = new LogLines<RunLogs>();
        using var logs = new RunLogs(_folder["file"], new RunLogLimits(), log);

        var answers = Enumerable.Range(0, 5).Select(i => logs.Append(_run, i, "x"u8)).ToList();
        logs.Append(_run with { Run = 4 }, 0, "x"u8);

        Assert.That(answers, Is.EqualTo(Enumerable.Range(1, 5).Select(n => new RunLogAppend(true, n))));
        Assert.That(log.Lines, Has.Count.EqualTo(2).And.All.Contains("cannot be written"));
    }

    [Test]
    public void A_full_disk_costs_output_only()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("/dev/full is the disk without room.");
        Directory.CreateDirectory(Path.Combine(Folder, "7"));
        File.CreateSymbolicLink(Path.Combine(Folder, "7", "1.42.3.log"), "/dev/full");
        var log = new LogLines<RunLogs>();
        using var logs = new RunLogs(Folder, new RunLogLimits(), log);

        Assert.That(logs.Append(_run, 0, "abc"u8), Is.EqualTo(new RunLogAppend(true, 3)));
        Assert.That(log.Lines, Has.Count.EqualTo(1));
    }

    private RunLogs Open(RunLogLimits limits) => new(Folder, limits, NullLogger<RunLogs>.Instance);
}
