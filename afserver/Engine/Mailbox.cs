using System.Threading.Channels;

namespace AfServer.Engine;

/// <summary>Where requests wait for their turn. Whoever posts to a full mailbox waits, and so its connection does.</summary>
internal sealed class Mailbox
{
    /// <summary>Eight turns' worth: enough to keep turns full, little enough to be answered within a second.</summary>
    private const int RequestsMax = 8 * FarmEngine.TurnRequestsMax;

    private readonly Channel<IFarmRequest> _requests =
        Channel.CreateBounded<IFarmRequest>(new BoundedChannelOptions(RequestsMax) { SingleReader = true });

    public ChannelReader<IFarmRequest> Reader => _requests.Reader;

    /// <summary>Asks and waits for the answer, which comes after the turn is durable.</summary>
    /// <exception cref="FarmStoppedException">The engine has ended.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(Func<FarmView, Decision<TAnswer>> decide, CancellationToken cancel)
    {
        var request = new FarmRequest<TAnswer>(decide);
        await PostAsync(request, cancel);
        return await request.Answer.WaitAsync(cancel);
    }

    /// <summary>Reads the farm within a turn; changes nothing.</summary>
    public Task<TAnswer> ReadAsync<TAnswer>(Func<FarmView, TAnswer> read, CancellationToken cancel) =>
        AskAsync(view => new Decision<TAnswer>(read(view)), cancel);

    public async Task PostAsync(IFarmRequest request, CancellationToken cancel)
    {
        try
        {
            await _requests.Writer.WriteAsync(request, cancel);
        }
        catch (ChannelClosedException)
        {
            throw new FarmStoppedException("The server is stopping.");
        }
    }

    /// <summary>No more requests are taken in; those that wait are abandoned.</summary>
    public void Close(Exception reason)
    {
        _requests.Writer.TryComplete();
        while (_requests.Reader.TryRead(out var request)) request.Abandon(reason);
    }
}
