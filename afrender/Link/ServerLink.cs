using Afanasy.Messages;
using Afanasy.Wire;
using Microsoft.Extensions.Logging;

namespace AfRender.Link;

/// <summary>
/// Keeps this render connected to one of its servers, for ever: the next of the list after each failure, with growing pauses.
/// A lost connection is said once when it is lost and once when it is back; it is never an error, because no run suffers.
/// </summary>
internal sealed partial class ServerLink
{
    /// <summary>From dialling to being registered: a healthy server needs milliseconds; a halted one holds its port and never answers.</summary>
    private static readonly TimeSpan _handshakeMax = TimeSpan.FromSeconds(10);

    /// <summary>Different troubles that are remembered as said; more than servers in any list.</summary>
    private const int SaidMax = 100;

    private const long HelloId = 1;
    private const long RegisterId = 2;

    private readonly IReadOnlyList<ServerAddress> _servers;
    private readonly LinkContext _context;
    private readonly Action<ServerAddress> _onRegistered;
    private readonly ILogger<ServerLink> _logger;
    private readonly Backoff _backoff;
    private readonly HashSet<string> _said = [];
    private bool _isLost;

    public ServerLink(
        IReadOnlyList<ServerAddress> servers, LinkContext context, Random random, Action<ServerAddress> onRegistered, ILogger<ServerLink> logger)
    {
        _servers = servers;
        _context = context;
        _onRegistered = onRegistered;
        _logger = logger;
        _backoff = new Backoff(random);
    }

    /// <summary>Ends only when the program leaves.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        for (var turn = 0; !leaving.IsCancellationRequested; turn++)
        {
            var server = _servers[turn % _servers.Count];
            var end = await LinkSession.EndOfAsync(ConnectAsync(server, leaving));
            if (leaving.IsCancellationRequested) return;

            Say(server, end);
            await Task.Delay(_backoff.Next(), _context.Time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What the server answered, or why it did not: one of the two.</summary>
    private readonly record struct Answer<T>(T? Message, SessionEnd? End)
        where T : class;

    private async Task<SessionEnd> ConnectAsync(ServerAddress server, CancellationToken leaving)
    {
        using var tooLong = new CancellationTokenSource(_handshakeMax, _context.Time);
        using var handshake = CancellationTokenSource.CreateLinkedTokenSource(leaving, tooLong.Token);
        PacketLine line;
        try
        {
            line = await PacketLine.ConnectAsync(server, handshake.Token);
        }
        catch (Exception e) when (PacketLine.IsNetwork(e) || tooLong.IsCancellationRequested)
        {
            return new SessionEnd(SessionEndKind.NotReached, tooLong.IsCancellationRequested ? "Nobody answers." : e.Message);
        }

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
        await line.WriteAsync(_context.Identity.Hello(), HelloId, handshake);
        var welcome = await AnswerAsync<Welcome>(line, handshake);
        if (welcome.End is { } unwelcome) return new Answer<RenderRegistered>(null, unwelcome);

        var held = await _context.Agent.HeldAsync(handshake);
        await line.WriteAsync(_context.Identity.Register(_context.Gauge.Facts, held), RegisterId, handshake);
        return await AnswerAsync<RenderRegistered>(line, handshake);
    }

    private static async Task<Answer<T>> AnswerAsync<T>(PacketLine line, CancellationToken handshake)
        where T : class
    {
        var received = await line.ReadAsync(handshake);
        return received?.Message switch
        {
            T message => new Answer<T>(message, null),
            Refusal refusal => new Answer<T>(null, new SessionEnd(SessionEndKind.Refused, refusal.Reason)),
            null => new Answer<T>(null, new SessionEnd(SessionEndKind.Lost, "The server closed the connection before it registered this render.")),
            var other => throw new WireException($"Expected {typeof(T).Name}, got {other.GetType().Name}."),
        };
    }

    private async Task<SessionEnd> FollowAsync(ServerAddress server, PacketLine line, RenderRegistered registered, CancellationToken leaving)
    {
        LogRegistered(_context.Identity.Name, server, registered.RenderId);
        _backoff.Reset();
        _said.Clear();
        _isLost = false;
        _onRegistered(server);
        return await new LinkSession(line, registered, RegisterId, _context).RunAsync(registered, leaving);
    }

    /// <summary>The same trouble is said once, not with every try.</summary>
    private void Say(ServerAddress server, SessionEnd end)
    {
        if (_said.Count >= SaidMax) _said.Clear();
        var isKnown = end.Kind == SessionEndKind.NotReached && _isLost;
        if (!_said.Add($"{server} {end.Kind} {end.Words}") || isKnown) LogStill(server, end.Kind, end.Words);
        else if (end.Kind == SessionEndKind.Refused) LogRefused(server, end.Words);
        else if (end.Kind == SessionEndKind.NotReached) LogNotReached(server, end.Words);
        else LogLost(server, end.Kind, end.Words);
        _isLost |= end.Kind != SessionEndKind.NotReached;
    }

    [LoggerMessage(6001, LogLevel.Information, "{Name} is registered at {Server} as R{Id}.")]
    private partial void LogRegistered(string name, ServerAddress server, int id);

    [LoggerMessage(6002, LogLevel.Warning, "Connection to {Server} ended, {Kind} ({Reason}). Runs go on; trying again until it is back.")]
    private partial void LogLost(ServerAddress server, SessionEndKind kind, string reason);

    [LoggerMessage(6003, LogLevel.Warning, "{Server} refuses this render ({Reason}). Trying again until it does not.")]
    private partial void LogRefused(ServerAddress server, string reason);

    [LoggerMessage(6004, LogLevel.Warning, "No server at {Server} ({Reason}). Trying again until there is one.")]
    private partial void LogNotReached(ServerAddress server, string reason);

    [LoggerMessage(6005, LogLevel.Debug, "{Server} again: {Kind} ({Reason}).")]
    private partial void LogStill(ServerAddress server, SessionEndKind kind, string reason);
}
