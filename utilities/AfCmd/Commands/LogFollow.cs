using System.Text;
using System.Text.Json;
using AfCmd.Server;

namespace AfCmd.Commands;

/// <summary>Writes one run's log from its first byte and goes on as it grows. The live connection says what is new; what it cannot give exactly is read again over REST.</summary>
internal sealed class LogFollow(CommandSession session, TaskPlace place, int? wantedRun)
{
    /// <summary>Stands where the log had bytes that are no text: only REST has them as they are.</summary>
    private const char Replaced = '\uFFFD';

    private int? _run;
    private long _written;
    private bool _mustRead;

    public async Task RunAsync(CancellationToken stop)
    {
        var task = (await session.Server.GetAsync(place.Path, stop)).Read<TaskRow>();
        if (wantedRun is { } wanted && wanted < task.Run)
        {
            await CatchUpAsync(wanted, stop);
            return;
        }

        if (task.Run == 0) session.Note("The task has not started yet; waiting for its first run.");
        var subscription = $$$$"""{"subscribe":{"log":{"job":{{{{place.Job}}}},"block":{{{{place.Block}}}},"task":{{{{place.Task}}}}}}}""";
        await foreach (var message in session.Live(session.Note).MessagesAsync(subscription, stop))
        {
            if (message.GetProperty("type").GetString() == "log" && await TakeAsync(message, stop)) return;
        }
    }

    /// <summary>True when the run that is followed has ended and all of it is written.</summary>
    private async Task<bool> TakeAsync(JsonElement message, CancellationToken stop)
    {
        var run = message.GetProperty("run").GetInt32();
        if (run < (wantedRun ?? 1)) return false;

        _run ??= wantedRun ?? run;
        if (run > _run)
        {
            await CatchUpAsync(_run.Value, stop);
            return true;
        }

        var offset = message.GetProperty("offset").GetInt64();
        var text = message.GetProperty("text").GetString() ?? "";
        var hasEnded = message.TryGetProperty("ended", out var ended) && ended.GetBoolean();
        await TakeTextAsync(run, offset, text, hasEnded, stop);
        return hasEnded;
    }

    private async Task TakeTextAsync(int run, long offset, string text, bool hasEnded, CancellationToken stop)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var isWritten = offset + bytes.Length <= _written;
        if (isWritten && !(hasEnded && _mustRead)) return;

        // A message may begin with the rest of a character that the one before has cut: after one gap, no offset is exact any more.
        _mustRead |= offset != _written || text.Contains(Replaced);
        if (_mustRead)
        {
            await CatchUpAsync(run, stop);
            return;
        }

        await session.Console.OutBytes.WriteAsync(bytes, stop);
        await session.Console.OutBytes.FlushAsync(stop);
        _written += bytes.Length;
    }

    /// <summary>Reads what is missing, from the byte that was written last; a server that goes away meanwhile is waited for, as the live connection does.</summary>
    private async Task CatchUpAsync(int run, CancellationToken stop)
    {
        var time = session.Console.Time;
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await session.Server.CopyAsync(place.LogPath(run, _written), session.Console.OutBytes, copied => _written += copied, stop);
                return;
            }
            catch (CommandFailure failure) when (failure.ExitCode == ExitCodes.NotReachable && time.GetElapsedTime(since) < LiveConnection.ReconnectTimeMax)
            {
                await Task.Delay(LiveConnection.ReconnectPause, time, stop);
            }
        }
    }
}
