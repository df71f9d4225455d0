using System.Threading.Channels;
using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Processes;
using Microsoft.Extensions.Logging;

namespace AfRender.Agent;

/// <summary>
/// The single writer of what this render has: takes events one at a time, starts and ends runs, and reports. Knows no
/// socket and no clock of its own; a server that comes and goes changes nothing about the runs.
/// </summary>
internal sealed partial class RenderAgent
{
    /// <summary>One that is being answered and one that brings news: more would grant credits that nobody needs.</summary>
    private const int ReportsUnansweredMax = 2;

    /// <summary>A server that answers none of these is silent, and the session will find out.</summary>
    private const int HeartbeatsUnansweredMax = 64;

    /// <summary>Keeps a report well within a packet; the rest is in the next one.</summary>
    private const int EndsPerReportMax = 256;

    /// <summary>No machine has this many; what is ordered beyond is refused.</summary>
    private const int RunsMax = 4096;

    /// <summary>Orders that cross a closing are a few packets old at most.</summary>
    private const int ClosedRememberedMax = 4096;

    /// <summary>Senders wait when the agent is this far behind.</summary>
    private const int MailboxMax = 1024;

    private static readonly TimeSpan _progressLeast = TimeSpan.FromSeconds(1);

    private readonly RunStarter _starter;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly WakeUp _sender;
    private readonly Action<string> _setLogLevels;
    private readonly Action<RenderInstruction, string> _instruct;
    private readonly ILogger<RenderAgent> _logger;
    private readonly Channel<AgentEvent> _mailbox = Channel.CreateBounded<AgentEvent>(MailboxMax);
    private readonly Dictionary<TaskRunId, HeldTaskRun> _held = [];
    private readonly HashSet<TaskRunId> _closedHere = [];
    private readonly Queue<TaskRunId> _closedOrder = [];
    private readonly HashSet<long> _unanswered = [];
    private readonly HashSet<Task> _work = [];
    private IServerSession? _session;
    private MachineLoad? _load;
    private bool _isReportDue;
    private bool _isLeaving;
    private bool _isLeavingAtOnce;

    /// <param name="instruct">Does what the server tells the agent to do with itself; must not wait.</param>
    public RenderAgent(
        RunStarter starter,
        TimeProvider time,
        WakeUp sender,
        Action<string> setLogLevels,
        Action<RenderInstruction, string> instruct,
        ILogger<RenderAgent> logger)
    {
        _starter = starter;
        _time = time;
        _began = time.GetTimestamp();
        _sender = sender;
        _setLogLevels = setLogLevels;
        _instruct = instruct;
        _logger = logger;
    }

    public TimeSpan Alive => _time.GetElapsedTime(_began);

    /// <summary>Waits while the agent is far behind. After the agent has left, nothing is taken and nothing is said.</summary>
    public async Task TellAsync(AgentEvent happened, CancellationToken cancellation)
    {
        while (await _mailbox.Writer.WaitToWriteAsync(cancellation))
        {
            if (_mailbox.Writer.TryWrite(happened)) return;
        }
    }

    /// <summary>What a session has to register; nothing once the agent leaves.</summary>
    public async Task<IReadOnlyList<HeldRun>> HeldAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<HeldRun>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await TellAsync(new AgentEvent.HeldAsked(answer), cancellation);
        return await answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Goes on with the runs of a predecessor; call before it runs.</summary>
    public void Adopt(IEnumerable<HeldTaskRun> runs)
    {
        foreach (var run in runs)
        {
            _held.Add(run.Run, run);
            if (run.Result is null && run.Process is not null) Keep(FollowAsync(run, run.Process));
        }
    }

    /// <summary>Runs until it was told to leave and no process is left.</summary>
    public async Task RunAsync()
    {
        await foreach (var happened in _mailbox.Reader.ReadAllAsync(CancellationToken.None))
        {
            Take(happened);
            if (HasLeft()) break;
        }

        _mailbox.Writer.TryComplete();
        await Task.WhenAll(_work);
        foreach (var run in _held.Values) Leave(run);
        await Task.WhenAll(_work);
    }

    /// <summary>What the server has not closed stays on the disk, for the next agent to tell.</summary>
    private void Leave(HeldTaskRun run)
    {
        if (run.Spool is null && !run.IsKept) Remove(run);
        run.Spool?.Dispose();
        run.Process?.Dispose();
    }

    private bool HasLeft() =>
        _isLeaving && (_isLeavingAtOnce || (_held.Values.All(run => run.Result is not null) && (_session is null || _held.Count == 0)));

    private void Take(AgentEvent happened)
    {
        switch (happened)
        {
            case AgentEvent.HeldAsked asked:
                asked.Answer.TrySetResult([.. _held.Values.Select(run => new HeldRun(run.Run, run.Result is not null))]);
                break;
            case AgentEvent.Joined joined:
                Join(joined.Session, joined.Registered);
                break;
            case AgentEvent.SessionEnded ended when ended.Session == _session:
                _session = null;
                break;
            case AgentEvent.HeartbeatDue due when due.Session == _session:
                _load = due.Load ?? _load;
                Report(HeartbeatsUnansweredMax);
                break;
            case AgentEvent.OrdersArrived arrived when arrived.Session == _session:
                Obey(arrived);
                break;
            case AgentEvent.OutputSent sent when sent.Session == _session:
                if (!_held.TryGetValue(sent.Run, out var run) || run.Result is null) break;
                run.IsOutputSent = true;
                Report(ReportsUnansweredMax);
                break;
            case AgentEvent.RunEnded ended:
                End(ended.Run, ended.Result);
                break;
            case AgentEvent.Leave:
                _isLeaving = true;
                foreach (var held in Running()) held.Process?.Stop();
                Report(HeartbeatsUnansweredMax);
                break;
            case AgentEvent.LeaveAtOnce:
                _isLeaving = _isLeavingAtOnce = true;
                foreach (var held in Running()) held.Process?.Kill();
                break;
        }
    }

    private void Join(IServerSession session, RenderRegistered registered)
    {
        _session = session;
        _unanswered.Clear();
        _closedHere.Clear();
        _closedOrder.Clear();
        var verdicts = registered.Verdicts.DistinctBy(verdict => verdict.Run).ToDictionary(verdict => verdict.Run);
        foreach (var run in _held.Values.ToList())
        {
            // No verdict: the server had no reason to doubt the run.
            if (!verdicts.TryGetValue(run.Run, out var verdict)) verdict = new HeldVerdict(run.Run, Keep: true, OutputBytes: 0);
            if (verdict.Keep) Send(run, verdict.OutputBytes);
            else Drop(run.Run);
        }
    }

    private void Obey(AgentEvent.OrdersArrived arrived)
    {
        var orders = arrived.Orders;
        _unanswered.Remove(arrived.ReportId);
        if (orders.LogLevels.Length > 0) _setLogLevels(orders.LogLevels);

        foreach (var closed in orders.Closed) Close(closed);
        foreach (var dropped in orders.Drops) Drop(dropped);
        foreach (var start in orders.Starts) Start(start);
        foreach (var stopped in orders.Stops) Stop(stopped);
        if (!_isLeaving) _instruct(orders.Instruction, orders.Command);

        // The server has spent its credit on news, also where they change nothing here; without another one its next orders would wait for a heartbeat.
        if (_isReportDue || (IsNews(orders) && _unanswered.Count == 0)) Report(ReportsUnansweredMax);
    }

    private static bool IsNews(RenderOrders orders) =>
        orders.Starts.Count + orders.Stops.Count + orders.Drops.Count + orders.Closed.Count + orders.LogLevels.Length > 0
        || orders.Instruction != RenderInstruction.None || orders.HeartbeatMilliseconds > 0 || orders.MeasureEvery > 0;

    private void Start(RunStart start)
    {
        if (_isLeaving || _held.ContainsKey(start.Run) || _closedHere.Contains(start.Run)) return;

        var run = _held.Count < RunsMax ? _starter.Prepare(start) : RunStarter.Refuse(start.Run, $"This render holds {RunsMax} runs already.");
        _held.Add(run.Run, run);
        if (run.Process is null)
        {
            LogNotPrepared(run.Run, run.Result?.Reason ?? "");
            _isReportDue = true;
            return;
        }

        Send(run, offset: 0);
        Keep(FollowAsync(run, run.Process));
    }

    private void Stop(TaskRunId id)
    {
        if (!_held.TryGetValue(id, out var run) || run.Result is not null) return;
        LogStopping(id);
        run.Process?.Stop();
    }

    private void Drop(TaskRunId id)
    {
        if (!_held.TryGetValue(id, out var run)) return;
        LogDropped(id);
        LetGo(run);
    }

    private void Close(RunClosed closed)
    {
        if (!_held.TryGetValue(closed.Run, out var run)) return;
        if (closed.Refusal.Length > 0) LogRefused(closed.Run, closed.Refusal);
        LetGo(run);
    }

    /// <summary>Forgets a run that is no longer the farm's; what still lives of it is killed.</summary>
    private void LetGo(HeldTaskRun run)
    {
        if (run.Result is null) run.Process?.Kill();
        Forget(run);
    }

    private void End(HeldTaskRun run, RunResult result)
    {
        run.Result = result;
        LogEnded(run.Run, result.Outcome, result.ExitCode, result.Elapsed);
        if (!_held.TryGetValue(run.Run, out var held) || held != run)
        {
            Remove(run);
            return;
        }

        if (_session is null) return;
        run.IsOutputSent = _session.Output.Finish(run.Run);
        if (run.IsOutputSent) Report(ReportsUnansweredMax);
        else _sender.Set();
    }

    /// <summary>From now on the run's output goes to this session.</summary>
    private void Send(HeldTaskRun run, long offset)
    {
        run.ForgetTold();
        if (_session is null || run.Spool is null) return;
        _session.Output.Add(run.Run, run.Spool, offset);
        run.IsOutputSent = run.Result is not null && _session.Output.Finish(run.Run);
        _sender.Set();
    }

    private void Forget(HeldTaskRun run)
    {
        _held.Remove(run.Run);
        if (_closedHere.Add(run.Run)) _closedOrder.Enqueue(run.Run);
        if (_closedOrder.Count > ClosedRememberedMax) _closedHere.Remove(_closedOrder.Dequeue());
        _session?.Output.Remove(run.Run);
        if (run.Result is not null) Remove(run);
    }

    private void Remove(HeldTaskRun run)
    {
        run.Spool?.Dispose();
        run.Process?.Dispose();
        Keep(RemoveFolderAsync(run));
    }

    /// <summary>A run may leave thousands of files in its scratch folder; the agent does not wait for them.</summary>
    private async Task RemoveFolderAsync(HeldTaskRun run)
    {
        await Task.Yield();
        try
        {
            RunFolder.RemoveClosed(run.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFolderStays(run.Run, run.Folder, e.Message);
        }
    }

    private void Report(int unansweredMax)
    {
        if (_session is null) return;
        _isReportDue = _unanswered.Count >= unansweredMax;
        if (_isReportDue) return;

        var report = new RenderReport
        {
            Load = _load,
            Progress = [.. _held.Values.Select(run => run.NewProgress(Alive, _progressLeast)).OfType<RunProgress>()],
            Ended = [.. _held.Values.Where(run => run.IsEndDue).Take(EndsPerReportMax).Select(run => run.End(run.Result!))],
            Leaving = _isLeaving,
        };
        if (_session.Send(report) is not { } id) return;
        _load = null;
        _unanswered.Add(id);
    }

    private async Task FollowAsync(HeldTaskRun run, TaskProcess process)
    {
        try
        {
            var result = await process.RunAsync();
            await TellAsync(new AgentEvent.RunEnded(run, result), CancellationToken.None);
        }
        catch (Exception bug)
        {
            // A run without a result would never end for the farm: the agent ends instead, and the server gives its runs back.
            _mailbox.Writer.TryComplete(bug);
        }
    }

    private IEnumerable<HeldTaskRun> Running() => _held.Values.Where(run => run.Result is null);

    private void Keep(Task work)
    {
        _work.RemoveWhere(done => done.IsCompleted);
        _work.Add(work);
    }

    [LoggerMessage(5101, LogLevel.Information, "{Run} ended: {Outcome}, exit code {ExitCode}, after {Elapsed}.")]
    private partial void LogEnded(TaskRunId run, RunOutcome outcome, int exitCode, TimeSpan elapsed);

    [LoggerMessage(5102, LogLevel.Information, "{Run} is being stopped, as the server asks.")]
    private partial void LogStopping(TaskRunId run);

    [LoggerMessage(5103, LogLevel.Information, "{Run} is dropped: it is no longer the farm's.")]
    private partial void LogDropped(TaskRunId run);

    [LoggerMessage(5104, LogLevel.Warning, "{Run} did not count: {Refusal}")]
    private partial void LogRefused(TaskRunId run, string refusal);

    [LoggerMessage(5105, LogLevel.Warning, "{Run} could not be started: {Reason}")]
    private partial void LogNotPrepared(TaskRunId run, string reason);

    [LoggerMessage(5106, LogLevel.Warning, "{Run} leaves {Folder} behind: {Reason}")]
    private partial void LogFolderStays(TaskRunId run, string folder, string reason);
}
