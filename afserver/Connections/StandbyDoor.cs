using System.Buffers;
using Afanasy.Messages;
using Afanasy.Wire;
using AfServer.Journaling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AfServer.Connections;

/// <summary>The door of the native protocol at a server that stands by: every peer is told who leads.</summary>
internal sealed class StandbyDoor(FarmServers servers) : IDoor
{
    /// <summary>A peer that has its answer goes at once.</summary>
    private static readonly TimeSpan _farewellMax = TimeSpan.FromSeconds(2);

    public string Name => "standby";

    public DoorMatch Recognise(ReadOnlySpan<byte> first) => RenderDoor.IsNative(first);

    public async Task ServeAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var farewell = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        farewell.CancelAfter(_farewellMax);
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        try
        {
            PacketWriter.Write(output, new Refusal { Reason = Words(), StandsBy = true }, id: 1, responseId: 0);
            await output.FlushAsync(farewell.Token);

            // What it says is read and forgotten: closing with bytes unread would throw the answer away.
            while (true)
            {
                var read = await input.ReadAsync(farewell.Token);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It went, or it stays without a reason.
        }

        await output.CompleteAsync();
        await input.CompleteAsync();
    }

    private string Words() => servers.Leader.Length > 0
        ? $"This server is a standby. The leader is {servers.Leader}."
        : "This server is a standby. No leader is known now.";
}
