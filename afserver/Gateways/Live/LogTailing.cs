using System.Text;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Journaling;

namespace AfServer.Gateways.Live;

internal sealed record LogMessage(string Type, int Job, int Block, int Task, int Run, long Offset, string Text, bool Ended);

/// <summary>Follows the log of one task at a time for a monitor: the end of the newest run, then what is added, then the next run.</summary>
internal sealed class LogTailing(
    Func<object, CancellationToken, Task> send, Mailbox mailbox, RunLogs logs, Notices notices, CancellationToken stop) : IAsyncDisposable
{
    /// <summary>What a screen shows at first, and one message's worth.</summary>
    private const int ChunkBytes = 64 * 1024;

    private CancellationTokenSource _ending = new();
    private TaskId? _followed;
    private Task _tail = Task.CompletedTask;

    /// <summary>Follows this task from now on instead of the one before; the same one goes on undisturbed.</summary>
    public async Task FollowAsync(TaskId? task)
    {
        if (task == _followed) return;
        await _ending.CancelAsync();
        await _tail.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _followed = task;
        _tail = task is { } followed ? TailAsync(followed, _ending.Token) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _tail.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task TailAsync(TaskId task, CancellationToken cancel)
    {
        var changes = new TaskChanges(task);
        notices.Add(changes);
        try
        {
            for (var shown = 0; ;)
            {
                var changed = changes.Next;
                var (run, _) = await StateAsync(task, cancel);
                if (run > shown)
                {
                    await TailRunAsync(new TaskRunId(task.Job, task.Block, task.Task, run), changes, cancel);
                    shown = run;
                }
                else
                {
                    await changed.WaitAsync(cancel);
                }
            }
        }
        finally
        {
            notices.Remove(changes);
        }
    }

    private async Task TailRunAsync(TaskRunId run, TaskChanges changes, CancellationToken cancel)
    {
        using var follower = logs.Follow(run);
        var decoder = Encoding.UTF8.GetDecoder();
        var offset = BeginOf(run);
        Task? grown = null;
        await send(Message(run, offset, "", false), cancel);
        while (true)
        {
            var changed = changes.Next;
            offset = await SendNewAsync(run, offset, decoder, cancel);
            var (newest, isRunning) = await StateAsync(run.TaskId, cancel);
            if (newest != run.Run || !isRunning)
            {
                offset = await SendNewAsync(run, offset, decoder, cancel);
                await send(Message(run, offset, "", true), cancel);
                return;
            }

            grown ??= follower?.Lengths.WaitToReadAsync(cancel).AsTask() ?? Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            await Task.WhenAny(changed, grown);
            if (!grown.IsCompleted) continue;
            grown = null;
            while (follower?.Lengths.TryRead(out _) == true)
            {
                // Only that it has grown matters: what is new is read above in one go.
            }
        }
    }

    /// <summary>Where the last chunk begins, at the first whole character of it.</summary>
    private long BeginOf(TaskRunId run)
    {
        const int CharacterBytesMax = 4;
        var offset = Math.Max(0, logs.Length(run) - ChunkBytes);
        return offset == 0 ? 0 : offset + logs.Read(run, offset, CharacterBytesMax - 1).TakeWhile(one => (one & 0xC0) == 0x80).Count();
    }

    private async Task<long> SendNewAsync(TaskRunId run, long offset, Decoder decoder, CancellationToken cancel)
    {
        while (true)
        {
            var bytes = logs.Read(run, offset, ChunkBytes);
            if (bytes.Length == 0) return offset;
            var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            var count = decoder.GetChars(bytes, characters, flush: false);
            await send(Message(run, offset, new string(characters, 0, count), false), cancel);
            offset += bytes.Length;
        }
    }

    private async Task<(int Run, bool IsRunning)> StateAsync(TaskId task, CancellationToken cancel) => await mailbox.ReadAsync(
        view => view.Farm.Find(task.BlockId) is { } block && task.Task >= 0 && task.Task < block.States.Size
            ? (block.RunsOf(task.Task), block.States.Of(task.Task) == TaskState.Running)
            : (0, false),
        cancel);

    private static LogMessage Message(TaskRunId run, long offset, string text, bool ended) =>
        new("log", run.Job.Value, run.Block, run.Task, run.Run, offset, text, ended);

    /// <summary>Says when something happens to one task: take <see cref="Next"/>, look at the task, then wait for it.</summary>
    private sealed class TaskChanges(TaskId task) : INoticeListener
    {
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Next => Volatile.Read(ref _changed).Task;

        public void Hear(Notice notice)
        {
            if (notice.Tasks.Contains(task) || notice.ManyTasks || notice.JobsGone.Contains(task.Job))
                Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }
}
