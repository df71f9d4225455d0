using Afanasy.Messages;
using Microsoft.Extensions.Logging;

namespace AfRender.Link;

/// <summary>
/// Keeps this render connected to one of its servers, for ever: the next of the list after each failure, a pause after each whole round.
/// A lost connection is said once when it is lost and once when it is back; it is never an error, because no run suffers.
/// </summary>
internal sealed partial class ServerLink
{
    /// <summary>From dialling to being registered: a healthy server needs milliseconds, one to which a whole farm comes back needs longer.</summary>
    private static readonly TimeSpan _handshakeMax = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause while a standby takes over: it needs seconds, and a thousand renders must not dial it all the time.</summary>
    private static readonly TimeSpan _hurriedPause = TimeSpan.FromSeconds(1);

    /// <summary>A farm that has no leader for so long waits for a person.</summary>
    private static readonly TimeSpan _hurryMax = TimeSpan.FromSeconds(30);

    /// <summary>Different troubles that are remembered as said; more than servers in any list.</summary>
    private const int SaidMax = 100;

    private const long RegisterId = ServerDial.HelloId + 1;

    private readonly ServerRounds _rounds;
    private readonly ServerDial _dial;
    private readonly LinkContext _context;
    private readonly Action<ServerAddress> _onRegistered;
    private readonly ILogger<ServerLink> _logger;
    private readonly Backoff _backoff;
    private readonly Backoff _looking;
    private readonly HashSet<string> _said = [];
    private bool _isLost;
    private bool _hasHeardStandby;
    private long _triesSince;

    public ServerLink(
        IReadOnlyList<ServerAddress> servers, LinkContext context, Random random, Action<ServerAddress> onRegistered, ILogger<ServerLink> logger)
    {
        _rounds = new ServerRounds(servers);
        _dial = new ServerDial(context, servers.Count);
        _context = context;
        _onRegistered = onRegistered;
        _logger = logger;
        _backoff = new Backoff(random);
        _looking = new Backoff(random);
    }

    /// <summary>Ends only when the program leaves.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        _triesSince = _context.Time.GetTimestamp();
        while (!leaving.IsCancellationRequested)
        {
            var server = _rounds.Current;
            var end = await LinkSession.EndOfAsync(ConnectAsync(server, leaving));
            if (leaving.IsCancellationRequested) return;

            Say(server, end);
            if (end.Next is { } next) _rounds.MoveTo(next);
            else if (_rounds.Fail()) await Task.Delay(Pause(), _context.Time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Pause() =>
        _hasHeardStandby && _context.Time.GetElapsedTime(_triesSince) < _hurryMax ? _backoff.Next(_hurriedPause) : _backoff.Next();

    private async Task<SessionEnd> ConnectAsync(ServerAddress server, CancellationToken leaving)
    {
        using var tooLong = new CancellationTokenSource(_handshakeMax, _context.Time);
        using var handshake = CancellationTokenSource.CreateLinkedTokenSource(leaving, tooLong.Token);
        var greeting = await _dial.GreetAsync(server, handshake.Token);
        if (greeting.Line is not { } line) return greeting.End!;   // one of the two

        await using (line)
        {
            Answer<RenderRegistered> answer;
            try
            {
                answer = await RegisterAsync(line, handshake.Token);
            }
            catch (OperationCanceledException) when (tooLong.IsCancellationRequested)
            {
                return new SessionEnd(SessionEndKind.Silent, "The server did not register this render in time.");
            }

            return answer is { Message: { } registered } ? await FollowAsync(server, line, registered, leaving) : answer.End!;   // one of the two
        }
    }

    private async Task<Answer<RenderRegistered>> RegisterAsync(PacketLine line, CancellationToken handshake)
    {
        var held = await _context.Agent.HeldAsync(handshake);
        await line.WriteAsync(_context.Identity.Register(_context.Gauge.Facts, held, _context.Agent.Alive), RegisterId, handshake);
        return await ServerDial.AnswerAsync<RenderRegistered>(line, handshake);
    }

    private async Task<SessionEnd> FollowAsync(ServerAddress server, PacketLine line, RenderRegistered registered, CancellationToken leaving)
    {
        LogRegistered(_context.Identity.Name, server, registered.RenderId);
        _backoff.Reset();
        _looking.Reset();
        _rounds.Succeed();
        _said.Clear();
        (_isLost, _hasHeardStandby) = (false, false);
        _onRegistered(server);
        var end = await new LinkSession(line, registered, RegisterId, _context, _rounds.HasOthers ? LookElsewhereAsync : null).RunAsync(registered, leaving);
        _triesSince = _context.Time.GetTimestamp();
        return end;
    }

    /// <summary>After a pause: when a leader hangs, all its renders ask the same standby.</summary>
    private async Task<ServerAddress?> LookElsewhereAsync(CancellationToken over)
    {
        await Task.Delay(_looking.Next(_hurriedPause), _context.Time, over);
        return await _dial.FindAsync(_rounds.Others, over);
    }

    /// <summary>The same trouble is said once, not with every try.</summary>
    private void Say(ServerAddress server, SessionEnd end)
    {
        if (_said.Count >= SaidMax) _said.Clear();
        var isKnown = end.Kind == SessionEndKind.NotReached && _isLost;
        _hasHeardStandby |= end.Kind == SessionEndKind.Standby;
        if (!_said.Add(end.Kind == SessionEndKind.Standby ? $"{server} {end.Kind}" : $"{server} {end.Kind} {end.Words}") || isKnown) LogStill(server, end.Kind, end.Words);
        else if (end.Kind == SessionEndKind.Standby) LogStandby(server, end.Words);
        else if (end.Kind == SessionEndKind.Refused) LogRefused(server, end.Words);
        else if (end.Kind == SessionEndKind.NotReached) LogNotReached(server, end.Words);
        else LogLost(server, end.Kind, end.Words);
        _isLost |= end.Kind is not (SessionEndKind.NotReached or SessionEndKind.Standby);
    }

    [LoggerMessage(6001, LogLevel.Information, "{Name} is registered at {Server} as R{Id}.")]
    private partial void LogRegistered(string name, ServerAddress server, int id);

    [LoggerMessage(6002, LogLevel.Warning, "Connection to {Server} ended, {Kind} ({Reason}). Runs go on; trying again until it is back.")]
    private partial void LogLost(ServerAddress server, SessionEndKind kind, string reason);

    [LoggerMessage(6003, LogLevel.Warning, "{Server} refuses this render ({Reason}). Trying again until it does not.")]
    private partial void LogRefused(ServerAddress server, string reason);

    [LoggerMessage(6004, LogLevel.Warning, "No server at {Server} ({Reason}). Trying again until there is one.")]
    private partial void LogNotReached(ServerAddress server, string reason);

    [LoggerMessage(6006, LogLevel.Information, "{Server} does not lead the farm ({Reason}). Looking for the server that does.")]
    private partial void LogStandby(ServerAddress server, string reason);

    [LoggerMessage(6005, LogLevel.Debug, "{Server} again: {Kind} ({Reason}).")]
    private partial void LogStill(ServerAddress server, SessionEndKind kind, string reason);
}
