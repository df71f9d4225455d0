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
    private readonly Option<ServerAddress> _server;
    private readonly Option<string> _user;
    private readonly Option<string> _token;
    private readonly Option<bool> _json;

    public CommonOptions(CommandConsole console)
    {
        _console = console;
        _server = new Option<ServerAddress>("--server")
        {
            Description = $"Where the server is; or AF_SERVER; else {ServerAddress.Default}.",
            HelpName = "HOST:PORT",
            Recursive = true,
            CustomParser = result => Address(result.Tokens[0].Value, "--server", result.AddError),
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
        if (line.GetResult(_server) is null && Set("AF_SERVER") is { } server) Address(server, "AF_SERVER", problems.Add);
        if (line.GetResult(_token) is null && Set("AF_TOKEN") is { } token && !IsToken(token)) problems.Add("AF_TOKEN: must be printable characters without spaces");
        return problems;
    }

    public CommandSession Session(ParseResult line)
    {
        var address = line.GetResult(_server) is not null
            ? line.GetValue(_server)
            : Address(Set("AF_SERVER") ?? ServerAddress.Default, "AF_SERVER", problem => throw new CommandFailure(ExitCodes.WrongUsage, problem));
        return new CommandSession(_console, address, line.GetValue(_token) ?? Set("AF_TOKEN"))
        {
            User = line.GetValue(_user) ?? Set("AF_USER") ?? _console.LoginName,
            UserIsGiven = line.GetResult(_user) is not null,
            Json = line.GetValue(_json),
        };
    }

    private string? Set(string variable) => _console.Variable(variable) is { Length: > 0 } value ? value : null;

    private static bool IsToken(string text) => text.Length is > 0 and <= TokenLengthMax && text.All(c => c is > ' ' and <= '~');

    private static ServerAddress Address(string text, string what, Action<string> problem)
    {
        if (!ServerAddress.TryParse(text, out var address, out var words)) problem($"{what}: {words}");
        return address;
    }
}
