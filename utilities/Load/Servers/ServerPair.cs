using System.Net;
using System.Net.Sockets;

namespace AfLoad.Servers;

/// <summary>Two servers of our own on one database: one leads, the other stands by. Whoever was ended stands by next.</summary>
internal sealed class ServerPair : IAsyncDisposable
{
    private readonly LoadContext _context;
    private readonly DirectoryInfo _folder;
    private readonly ServerAddress[] _addresses = [FreeAddress(), FreeAddress()];
    private readonly ChildProgram?[] _programs = new ChildProgram?[2];
    private int _leading;

    private ServerPair(LoadContext context, DirectoryInfo folder) => (_context, _folder) = (context, folder);

    /// <summary>For a program that is told of all servers of the farm.</summary>
    public string Addresses => string.Join(',', _addresses);

    public ServerAddress Leader => _addresses[_leading];

    public ServerAddress Standby => _addresses[1 - _leading];

    public static async Task<ServerPair> OpenAsync(LoadContext context, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder, $"afanasy-load-{Path.GetRandomFileName()}"));
        var pair = new ServerPair(context, folder);
        try
        {
            await pair.StartAsync(0, "afserver ready:", cancel);
            await pair.StartAsync(1, "afserver standby:", cancel);
            return pair;
        }
        catch (Exception e) when (e is LoadFailure or OperationCanceledException)
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the one that leads as a power cut would, or halts it so that it only seems to be there.</summary>
    public void BreakLeader(bool freeze)
    {
        var leader = _programs[_leading]!;   // started, as both are between two breaks
        if (freeze) leader.Halt();
        else leader.Kill();
    }

    /// <summary>The other one leads by now: what was broken is ended, started again, and stands by.</summary>
    public async Task MendAsync(CancellationToken cancel)
    {
        await EndAsync(_leading);
        await StartAsync(_leading, "afserver standby:", cancel);
        _leading = 1 - _leading;
    }

    public async ValueTask DisposeAsync()
    {
        for (var server = 0; server < _programs.Length; server++) await EndAsync(server);
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync(int server, string says, CancellationToken cancel)
    {
        var data = _folder.CreateSubdirectory($"{server}").FullName;
        _programs[server] = ChildProgram.Start(
            _context.Programs.Server, ["--bind", _addresses[server].Host, "--port", $"{_addresses[server].Port}", "--data", data, .. _context.Store.Arguments]);
        await _programs[server]!.SaysAsync(says, cancel);   // set in the line above
    }

    private async Task EndAsync(int server)
    {
        if (_programs[server] is not { } program) return;
        await program.KillAsync();
        program.Dispose();
        _programs[server] = null;
    }

    /// <summary>Kept over restarts, because the renders know it: so it is not any port, but one that was free a moment ago.</summary>
    private static ServerAddress FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new ServerAddress($"{IPAddress.Loopback}", ((IPEndPoint)probe.LocalEndpoint).Port);
    }
}
