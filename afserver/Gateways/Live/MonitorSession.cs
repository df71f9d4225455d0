using System.Net.WebSockets;
using System.Text.Json;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Journaling;

namespace AfServer.Gateways.Live;

/// <summary>
/// One monitor on the live WebSocket. It gets a picture, then what has changed since, as whole rows; how fast it reads decides
/// how often it is told, never how much memory it takes.
/// </summary>
internal sealed partial class MonitorSession(
    WebSocket socket, string peer, Mailbox mailbox, IHistory history, RunLogs logs, Notices notices, TimeProvider time, ILogger<MonitorSession> logger) : IDisposable
{
    /// <summary>A subscription is a few hundred bytes.</summary>
    private const int MessageBytesMax = 64 * 1024;

    /// <summary>Between two messages of changes: a person sees no more than ten a second.</summary>
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(100);

    /// <summary>A monitor that takes no bytes for so long is gone.</summary>
    private static readonly TimeSpan _sendPatience = TimeSpan.FromSeconds(30);

    private readonly Unseen _unseen = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private volatile Subscription _subscription = Subscription.Nothing;

    /// <summary>Serves the monitor to its end; a monitor that goes away is no error.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        notices.Add(_unseen);
        LogOpened(peer);
        try
        {
            var (reading, showing) = (ReadAsync(ending.Token), ShowAsync(ending.Token));
            await Task.WhenAny(reading, showing);
            await ending.CancelAsync();
            await Task.WhenAll(reading, showing);
        }
        finally
        {
            notices.Remove(_unseen);
            LogClosed(peer);
        }
    }

    public void Dispose() => _sending.Dispose();

    private async Task ReadAsync(CancellationToken stop)
    {
        var buffer = new byte[MessageBytesMax];
        await using var logTail = new LogTailing(SendAsync, mailbox, logs, notices, stop);
        try
        {
            while (true)
            {
                var (text, isOver) = await ReceiveAsync(buffer, stop);
                if (isOver) return;
                if (Understand(text) is not { } problem)
                {
                    await logTail.FollowAsync(_subscription.Log);
                    _unseen.AskForEverything();
                }
                else
                {
                    await SendAsync(new ProblemMessage("problem", problem), stop);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            LogBroken(peer, e.Message);
        }
    }

    /// <summary>Takes a subscription over; else says what is wrong with the message.</summary>
    private string? Understand(ReadOnlyMemory<byte> text)
    {
        var problems = new List<FieldProblem>();
        try
        {
            using var document = JsonDocument.Parse(text);
            var subscription = Subscription.Read(document.RootElement, problems);
            if (problems.Count > 0) return string.Join("; ", problems);
            _subscription = subscription;
            return null;
        }
        catch (JsonException e)
        {
            return $"The message is not JSON: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}.";
        }
    }

    private async Task<(ReadOnlyMemory<byte> Text, bool IsOver)> ReceiveAsync(byte[] buffer, CancellationToken stop)
    {
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
            length += result.Count;
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", stop);
                return (default, true);
            }

            if (result.EndOfMessage) return (buffer.AsMemory(0, length), false);
            if (length < buffer.Length) continue;
            await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, $"A message may have {MessageBytesMax} bytes.", stop);
            return (default, true);
        }
    }

    private async Task ShowAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _unseen.WaitAsync(stop);
                var (batch, subscription) = (_unseen.Take(), _subscription);
                var message = batch.IsEverything
                    ? await mailbox.ReadAsync(view => LiveMessage.Picture(view, subscription), stop)
                    : await ChangesAsync(batch, subscription, stop);
                if (message is not null) await SendAsync(message, stop);
                await Task.Delay(_pace, time, stop);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or FarmStoppedException)
        {
            LogBroken(peer, e.Message);
        }
    }

    private async Task<LiveMessage?> ChangesAsync(Unseen.Batch batch, Subscription subscription, CancellationToken stop)
    {
        var message = await mailbox.ReadAsync(view => LiveMessage.Changes(view, batch, subscription), stop);
        if (message?.Tasks is not { Count: > 0 } tasks) return message;
        return message with { Tasks = [.. tasks.Select(task => task.With(LastRun(task)))] };
    }

    private FinishedRun? LastRun(TaskView task) =>
        task.Run == 0 || task.State == TaskState.Running.Word()
            ? null
            : history.LastRuns(new BlockId(new JobId(task.Job), task.Block), task.Task, task.Task).GetValueOrDefault(task.Task);

    private async Task SendAsync(object message, CancellationToken stop)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), DoorJson.Options);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(_sendPatience);
        await _sending.WaitAsync(patience.Token);
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    [LoggerMessage(1201, LogLevel.Debug, "Monitor {Peer} watches.")]
    private partial void LogOpened(string peer);

    [LoggerMessage(1202, LogLevel.Debug, "Monitor {Peer} has gone.")]
    private partial void LogClosed(string peer);

    [LoggerMessage(1203, LogLevel.Debug, "Monitor {Peer}: the connection broke: {Why}")]
    private partial void LogBroken(string peer, string why);
}

internal sealed record ProblemMessage(string Type, string Detail);
