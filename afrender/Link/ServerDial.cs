using Afanasy.Messages;
using Afanasy.Wire;

namespace AfRender.Link;

/// <summary>What the server answered, or why it did not: one of the two.</summary>
internal readonly record struct Answer<T>(T? Message, SessionEnd? End)
    where T : class;

/// <summary>A server that has said welcome, or why none has: one of the two.</summary>
internal readonly record struct Greeting(PacketLine? Line, SessionEnd? End);

/// <summary>Dials a server and says hello; a server that takes renders says welcome.</summary>
internal sealed class ServerDial(LinkContext context, int servers)
{
    public const long HelloId = 1;

    /// <summary>A halted server holds its port and never answers; where there is no other one, waiting costs nothing.</summary>
    private static readonly TimeSpan _firstWordMax = TimeSpan.FromSeconds(8);

    /// <summary>Another server may be the one: a welcome needs no turn of the server, only a way there and back.</summary>
    private static readonly TimeSpan _firstWordOfManyMax = TimeSpan.FromSeconds(2);

    /// <summary>The caller owns the line that it gets.</summary>
    public async Task<Greeting> GreetAsync(ServerAddress server, CancellationToken cancellation)
    {
        using var tooLong = new CancellationTokenSource(servers > 1 ? _firstWordOfManyMax : _firstWordMax, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, tooLong.Token);
        PacketLine line;
        try
        {
            line = await PacketLine.ConnectAsync(server, either.Token);
        }
        catch (Exception e) when (PacketLine.IsNetwork(e) || tooLong.IsCancellationRequested)
        {
            return new Greeting(null, new SessionEnd(SessionEndKind.NotReached, tooLong.IsCancellationRequested ? "Nobody answers." : e.Message));
        }

        SessionEnd? end = new(SessionEndKind.Silent, "The server said no word in time.");
        try
        {
            await line.WriteAsync(context.Identity.Hello(), HelloId, either.Token);
            end = (await AnswerAsync<Welcome>(line, either.Token)).End;
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested)
        {
            return new Greeting(null, end);
        }
        finally
        {
            if (end is not null) await line.DisposeAsync();
        }

        return end is null ? new Greeting(line, null) : new Greeting(null, end);
    }

    /// <summary>The first of these that takes renders now; null when none does.</summary>
    public async Task<ServerAddress?> FindAsync(IEnumerable<ServerAddress> others, CancellationToken cancellation)
    {
        foreach (var server in others)
        {
            if (await TakesRendersAsync(server, cancellation)) return server;
        }

        return null;
    }

    public static async Task<Answer<T>> AnswerAsync<T>(PacketLine line, CancellationToken handshake)
        where T : class
    {
        var received = await line.ReadAsync(handshake);
        return received?.Message switch
        {
            T message => new Answer<T>(message, null),
            Refusal refusal => new Answer<T>(null, SessionEnd.Of(refusal)),
            null => new Answer<T>(null, new SessionEnd(SessionEndKind.Lost, "The server closed the connection before it registered this render.")),
            var other => throw new WireException($"Expected {typeof(T).Name}, got {other.GetType().Name}."),
        };
    }

    private async Task<bool> TakesRendersAsync(ServerAddress server, CancellationToken cancellation)
    {
        try
        {
            if ((await GreetAsync(server, cancellation)).Line is not { } line) return false;
            await line.DisposeAsync();
            return true;
        }
        catch (Exception e) when (e is WireException || PacketLine.IsNetwork(e))
        {
            return false;
        }
    }
}
