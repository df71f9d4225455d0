using System.Globalization;
using System.Text;
using Afanasy.Model;

namespace AfServer.Journaling;

/// <summary>How much the logs of runs may take.</summary>
internal sealed record RunLogLimits
{
    /// <summary>Of one run's output. A run that prints more is caught in a loop, and would fill the disk that the journal needs.</summary>
    public long BytesPerRunMax { get; init; } = 64 << 20;

    /// <summary>Files kept open: a common limit of a process is 1,024, and connections need theirs.</summary>
    public int OpenFilesMax { get; init; } = 256;
}

/// <summary>
/// The output of runs, raw, one file each: <c>logs/JOB/BLOCK.TASK.RUN.log</c>. Safe from any thread. Not in the journal:
/// output is written without waiting for the disk, and a disk that fails costs output and never the server.
/// </summary>
internal sealed partial class RunLogs(string folder, RunLogLimits limits, ILogger<RunLogs> logger) : IDisposable
{
    // One answer's worth; who wants more asks again.
    private const int ReadBytesMax = 1 << 20;

    // Runs whose output was given up, remembered so that each is said once; a disk that fails this many is known to be bad.
    private const int GivenUpMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TaskRunId, LinkedListNode<OpenRunLog>> _open = [];
    private readonly LinkedList<OpenRunLog> _byUse = [];
    private readonly HashSet<TaskRunId> _givenUp = [];
    private readonly RunLogFollowers _followers = new();

    /// <summary>
    /// Takes a piece of a run's output that begins at a byte of it. What is known already is passed over; what begins beyond
    /// the known is refused. Output over the limit, or after the disk failed, is accepted and dropped.
    /// </summary>
    public RunLogAppend Append(TaskRunId run, long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset < 0 || offset > long.MaxValue - bytes.Length) return new RunLogAppend(false, Length(run));
        if (Rent(run) is not { } log) return new RunLogAppend(true, offset + bytes.Length);

        try
        {
            var answer = log.Append(offset, bytes, out var length);
            _followers.Tell(run, length);
            return answer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(run, e);
            return new RunLogAppend(true, offset + bytes.Length);
        }
        finally
        {
            Return(log);
        }
    }

    /// <summary>Bytes of this run's log that can be read; 0 when it has none.</summary>
    public long Length(TaskRunId run)
    {
        var file = new FileInfo(FileOf(run));
        return file.Exists ? file.Length : 0;
    }

    /// <summary>Bytes of the log from an offset on; none at its end or when there is no log. At most 1 MiB.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public byte[] Read(TaskRunId run, long offset, int max)
    {
        try
        {
            using var handle = File.OpenHandle(FileOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var there = RandomAccess.GetLength(handle) - Math.Max(0, offset);
            var bytes = new byte[Math.Clamp(Math.Min(there, max), 0, ReadBytesMax)];
            var read = RandomAccess.Read(handle, bytes, Math.Max(0, offset));
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The log as a stream of what is there now; empty when there is none.</summary>
    public Stream OpenRead(TaskRunId run)
    {
        try
        {
            return new FileStream(FileOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new MemoryStream([], writable: false);
        }
    }

    /// <summary>The newest run of a task that printed anything, at most <paramref name="newestRun"/>; null when none did.</summary>
    public int? LastRunWithLog(TaskId task, int newestRun)
    {
        // Asked file by file: the folder of a job may hold a million.
        for (var run = newestRun; run > 0; run--)
        {
            if (File.Exists(FileOf(new TaskRunId(task.Job, task.Block, task.Task, run)))) return run;
        }

        return null;
    }

    /// <summary>
    /// Tells how long the log is, now and each time it grows. Null when there are too many followers. Dispose it when done.
    /// </summary>
    public RunLogFollower? Follow(TaskRunId run)
    {
        var follower = _followers.Add(run);
        if (follower is not null) _followers.Tell(run, Length(run));
        return follower;
    }

    /// <summary>Deletes the logs of a job; its followers end. Takes its time on a job of many tasks: not for the engine's thread.</summary>
    public void DeleteJob(JobId job)
    {
        List<OpenRunLog> idle = [];
        lock (_gate)
        {
            foreach (var node in _open.Values.Where(n => n.Value.Run.Job == job).ToList())
                TakeOut(node, idle);
            _givenUp.RemoveWhere(run => run.Job == job);
        }

        Close(idle);
        _followers.End(job);
        DeleteFolder(FolderOf(job));
    }

    /// <summary>Deletes the logs of jobs that the farm does not know; what a crash between deleting a job and its logs left.</summary>
    public void DeleteUnknown(Func<JobId, bool> isKnown)
    {
        if (!Directory.Exists(folder)) return;

        foreach (var path in Directory.EnumerateDirectories(folder).ToList())
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var job) && !isKnown(new JobId(job)))
                DeleteFolder(path);
        }
    }

    public void Dispose()
    {
        List<OpenRunLog> idle = [];
        lock (_gate)
        {
            foreach (var node in _open.Values.ToList())
                TakeOut(node, idle);
        }

        Close(idle);
    }

    internal static byte[] Marker(long bytesMax) =>
        Encoding.UTF8.GetBytes($"\n[afanasy] This run printed more than {bytesMax >> 20} MiB; the rest is not kept.\n");

    internal int OpenFiles
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <summary>The log of a run, marked as used; null when its output was given up.</summary>
    private OpenRunLog? Rent(TaskRunId run)
    {
        List<OpenRunLog> idle = [];
        OpenRunLog log;
        lock (_gate)
        {
            if (_givenUp.Contains(run)) return null;

            if (_open.TryGetValue(run, out var node)) _byUse.Remove(node);
            else _open.Add(run, node = new LinkedListNode<OpenRunLog>(new OpenRunLog(run, FileOf(run), limits.BytesPerRunMax)));
            _byUse.AddLast(node);
            log = node.Value;
            log.Users++;

            for (var oldest = _byUse.First; oldest is not null && _open.Count > limits.OpenFilesMax;)
            {
                var next = oldest.Next;
                if (oldest.Value.Users == 0) TakeOut(oldest, idle);
                oldest = next;
            }
        }

        Close(idle);
        return log;
    }

    private void Return(OpenRunLog log)
    {
        bool isLast;
        lock (_gate) isLast = --log.Users == 0 && log.IsGone;
        if (isLast) log.Dispose();
    }

    private void TakeOut(LinkedListNode<OpenRunLog> node, List<OpenRunLog> idle)
    {
        _byUse.Remove(node);
        _open.Remove(node.Value.Run);
        node.Value.IsGone = true;
        if (node.Value.Users == 0) idle.Add(node.Value);
    }

    private static void Close(List<OpenRunLog> logs)
    {
        foreach (var log in logs)
            log.Dispose();
    }

    private void GiveUp(TaskRunId run, Exception e)
    {
        bool isNew;
        lock (_gate)
        {
            if (_givenUp.Count >= GivenUpMax) _givenUp.Clear();
            isNew = _givenUp.Add(run);
        }

        if (isNew) LogGivenUp(e, run);
    }

    private void DeleteFolder(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A job whose runs printed nothing has no folder.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(e, path);
        }
    }

    private string FolderOf(JobId job) => Path.Combine(folder, job.Value.ToString(CultureInfo.InvariantCulture));

    private string FileOf(TaskRunId run) => Path.Combine(FolderOf(run.Job), $"{run.Block}.{run.Task}.{run.Run}.log");

    [LoggerMessage(4101, LogLevel.Error, "{Run}: its output cannot be written, the rest of it is dropped.")]
    private partial void LogGivenUp(Exception e, TaskRunId run);

    [LoggerMessage(4102, LogLevel.Warning, "{Folder}: the logs of a deleted job cannot be deleted; the next start tries again.")]
    private partial void LogNotDeleted(Exception e, string folder);
}
