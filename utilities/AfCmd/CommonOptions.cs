using System.CommandLine;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd;

/// <summary>The options that every command takes, and what they are when they are not given.</summary>
internal sealed class CommonOptions
{
    /// <summary>The value of an HTTP header; a longer one is a file named by mistake.</summary>
    private const int TokenLengthMax = 8192;

    private readonly CommandConsole _console;
    private readonly Option<IReadOnlyList<ServerAddress>> _server;
    private readonly Option<string> _user;
    private readonly Option<string> _token;
    private readonly Option<bool> _json;

    public CommonOptions(CommandConsole console)
    {
        _console = console;
        _server = new Option<IReadOnlyList<ServerAddress>>("--server")
        {
            Description = $"Where the server is, or the servers of the farm with commas between; or AF_SERVER; else {ServerAddress.Default}.",
            HelpName = "HOST:PORT[,…]",
            Recursive = true,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Addresses(result.Tokens[0].Value, "--server", result.AddError),
        };
        _user = new Option<string>("--user") { Description = "Who you are; or AF_USER; else the login name.", HelpName = "NAME", Recursive = true };
        _token = new Option<string>("--token")
        {
            Description = "Proves who you are; or AF_TOKEN, which other users of the machine cannot see.",
            HelpName = "TOKEN",
            Recursive = true,
        };
        _token.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => !IsToken(t.Value))) result.AddError("--token: must be printable characters without spaces");
        });
        _json = new Option<bool>("--json") { Description = "Print the server's JSON instead of a table.", Recursive = true };
    }

    public void AddTo(Command root)
    {
        root.Add(_server);
        root.Add(_user);
        root.Add(_token);
        root.Add(_json);
    }

    /// <summary>What is wrong in the environment; the command line itself was judged while it was read.</summary>
    public IEnumerable<string> Problems(ParseResult line)
    {
        var problems = new List<string>();
        if (line.GetResult(_server) is null && Set("AF_SERVER") is { } servers) Addresses(servers, "AF_SERVER", problems.Add);
        if (line.GetResult(_token) is null && Set("AF_TOKEN") is { } token && !IsToken(token)) problems.Add("AF_TOKEN: must be printable characters without spaces");
        return problems;
    }

    public CommandSession Session(ParseResult line)
    {
        var servers = line.GetResult(_server) is not null
            ? line.GetRequiredValue(_server)
            : Addresses(Set("AF_SERVER") ?? ServerAddress.Default, "AF_SERVER", problem => throw new CommandFailure(ExitCodes.WrongUsage, problem));
        return new CommandSession(_console, servers, line.GetValue(_token) ?? Set("AF_TOKEN"))
        {
            User = line.GetValue(_user) ?? Set("AF_USER") ?? _console.LoginName,
            UserIsGiven = line.GetResult(_user) is not null,
            Json = line.GetValue(_json),
        };
    }

    private string? Set(string variable) => _console.Variable(variable) is { Length: > 0 } value ? value : null;

    private static bool IsToken(string text) => text.Length is > 0 and <= TokenLengthMax && text.All(c => c is > ' ' and <= '~');

    private static List<ServerAddress> Addresses(string text, string what, Action<string> problem)
    {
        var addresses = new List<ServerAddress>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!ServerAddress.TryParse(word, out var address, out var words)) problem($"{what}: {words}");
            else if (!addresses.Contains(address)) addresses.Add(address);
        }

        if (addresses.Count > FarmServers.ServersMax) problem($"{what}: names {addresses.Count} servers, it may name at most {FarmServers.ServersMax}");
        return addresses;
    }
}
