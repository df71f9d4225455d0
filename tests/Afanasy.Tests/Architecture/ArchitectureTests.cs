using System.Text.RegularExpressions;

namespace Afanasy.Tests.Architecture;

/// <summary>Who may know whom. The rule is written for people in the architecture page; this is the same rule for the build.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>A room is a namespace; a room that is not named here is judged by the longest name that begins it.</summary>
    private static readonly Dictionary<string, string[]> _mayKnow = new()
    {
        ["Afanasy.Model"] = [],
        ["Afanasy.Wire"] = [],
        ["Afanasy.Settings"] = ["Afanasy.Model"],
        ["Afanasy.Messages"] = ["Afanasy.Wire", "Afanasy.Model"],
        ["Afanasy.Logging"] = ["Afanasy.Settings", "Afanasy.Model"],

        ["AfServer.Model"] = ["Afanasy.Model"],
        ["AfServer.Solving"] = ["AfServer.Model", "Afanasy.Model"],
        ["AfServer.Journaling"] = ["AfServer.Model", "Afanasy.Model", "Afanasy.Wire"],
        ["AfServer.Engine"] = ["AfServer.Solving", "AfServer.Journaling", "AfServer.Model", "Afanasy"],
        ["AfServer.Connections"] = ["AfServer.Engine", "AfServer.Solving", "AfServer.Journaling", "AfServer.Model", "Afanasy"],
        ["AfServer.Gateways"] = ["AfServer.Connections", "AfServer.Engine", "AfServer.Solving", "AfServer.Journaling", "AfServer.Model", "Afanasy"],
        ["AfServer"] = ["AfServer", "Afanasy"],

        ["AfRender.Parsing"] = ["Afanasy.Model"],
        ["AfRender.Machine"] = ["Afanasy.Messages", "Afanasy.Model"],
        ["AfRender.Processes"] = ["AfRender.Parsing", "Afanasy"],
        ["AfRender.Agent"] = ["AfRender.Processes", "AfRender.Parsing", "Afanasy"],
        ["AfRender.Link"] = ["AfRender.Agent", "AfRender.Machine", "Afanasy"],
        ["AfRender"] = ["AfRender", "Afanasy"],

        ["AfWatch"] = ["AfWatch", "Afanasy"],
        ["AfCmd"] = ["AfCmd", "Afanasy"],
        ["AfLoad"] = ["AfLoad", "Afanasy"],

        // The one program that knows another: what reads and writes a journal is in one place, the server's.
        ["AfJournal"] = ["AfServer.Journaling", "AfServer.Model", "Afanasy"],
    };

    /// <summary>What is no part of a room that only thinks: bytes, doors, disks, databases, logs, the clock of the machine.</summary>
    private static readonly string[] _notForThinking =
    [
        "Microsoft.", "NLog", "Dapper", "System.Data", "System.IO", "System.Net", "System.Threading", "System.Diagnostics.Process",
    ];

    private static readonly string[] _thinking = ["AfServer.Model", "AfServer.Solving"];

    private static IEnumerable<string> Programs => Repository.Sources.Where(file => !file.StartsWith("tests/", StringComparison.Ordinal));

    [Test]
    public void Every_room_knows_only_whom_it_may()
    {
        var breaches = Programs.SelectMany(file => Breaches(file, Repository.Read(file))).ToList();

        Assert.That(breaches, Is.Empty, string.Join('\n', breaches));
    }

    [Test]
    public void Model_and_Solving_only_think()
    {
        var breaches =
            from file in Programs
            let text = Repository.Read(file)
            where _thinking.Contains(RoomOf(NamespaceOf(text)))
            from name in Named(text)
            where _notForThinking.Any(name.StartsWith)
            select $"{file} names {name}";

        Assert.That(breaches, Is.Empty);
    }

    [Test]
    public void Every_room_of_the_programs_has_a_rule()
    {
        var rooms = Programs.Select(file => NamespaceOf(Repository.Read(file))).Where(name => name.Length > 0).Distinct().Order().ToList();

        Assert.That(rooms.Where(room => RoomOf(room).Length == 0), Is.Empty, "a new room: say in the architecture page and here whom it may know");
        Assert.That(rooms, Is.SupersetOf(new[] { "AfServer.Model", "AfServer.Solving", "AfServer.Engine", "Afanasy.Wire" }), "sources that are not found prove nothing");
    }

    [TestCase("using AfServer.Journaling;", "AfServer.Solving", ExpectedResult = "AfServer.Journaling")]
    [TestCase("using AfServer.Solving;", "AfServer.Journaling", ExpectedResult = "AfServer.Solving")]
    [TestCase("using Afanasy.Wire;", "AfServer.Model", ExpectedResult = "Afanasy.Wire")]
    [TestCase("using static Afanasy.Messages.MessageType;", "Afanasy.Wire", ExpectedResult = "Afanasy.Messages.MessageType")]
    [TestCase("using Load = Afanasy.Messages.MachineLoad;", "Afanasy.Model", ExpectedResult = "Afanasy.Messages.MachineLoad")]
    [TestCase("class A { AfServer.Engine.Mailbox m; }", "AfServer.Solving", ExpectedResult = "AfServer.Engine.Mailbox")]
    [TestCase("class A { global::AfRender.Agent.RenderAgent m; }", "AfServer.Hosting", ExpectedResult = "AfRender.Agent.RenderAgent")]
    [TestCase("using AfServer.Gateways.Rest;", "AfServer.Engine", ExpectedResult = "AfServer.Gateways.Rest")]
    [TestCase("using AfServer.Hosting;", "AfServer.Gateways.Rest", ExpectedResult = "AfServer.Hosting")]
    [TestCase("using AfServer.Model;", "AfCmd.Commands", ExpectedResult = "AfServer.Model")]
    [TestCase("using AfServer.Engine;", "AfJournal.Checking", ExpectedResult = "AfServer.Engine")]
    [TestCase("using AfServer.Journaling;", "AfJournal.Checking", ExpectedResult = "")]
    [TestCase("using AfServer.Model;", "AfServer.Engine", ExpectedResult = "")]
    [TestCase("using AfServer.Gateways.Views;", "AfServer.Gateways.Rest", ExpectedResult = "")]
    [TestCase("// AfServer.Engine.Mailbox is told in words only", "AfServer.Model", ExpectedResult = "")]
    public string A_breach_is_seen(string line, string room) =>
        string.Join(' ', Breaches("file.cs", line.StartsWith("using", StringComparison.Ordinal) ? $"{line}\n\nnamespace {room};\n" : $"namespace {room};\n{line}\n").Select(breach => breach.Split(' ')[^1]));

    private static IEnumerable<string> Breaches(string file, string text)
    {
        var home = NamespaceOf(text);
        var room = RoomOf(home);
        if (room.Length == 0) yield break;
        foreach (var name in Named(text).Where(IsOurs).Distinct())
        {
            if (IsWithin(name, room) || IsWithin(name, home) || _mayKnow[room].Any(known => IsWithin(name, known))) continue;
            yield return $"{file}: {home} must not know {name}";
        }
    }

    /// <summary>What a file names with its namespace: in usings, and in full anywhere outside of comments.</summary>
    private static IEnumerable<string> Named(string text)
    {
        foreach (var line in text.Split('\n').Select(line => Comment().Replace(line, "")).Where(line => !NamespaceLine().IsMatch(line)))
        {
            foreach (Match match in FullName().Matches(line)) yield return match.Value;
        }
    }

    private static bool IsOurs(string name) => _mayKnow.Keys.Any(room => IsWithin(name, room)) || IsWithin(name, "Afanasy");

    private static string RoomOf(string name) => _mayKnow.Keys.Where(room => IsWithin(name, room)).MaxBy(room => room.Length) ?? "";

    private static string NamespaceOf(string text) => NamespaceLine().Match(text).Groups["name"].Value;

    private static bool IsWithin(string name, string room) => name == room || name.StartsWith(room + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w.""'/-])(Afanasy|AfServer|AfRender|AfWatch|AfCmd|AfLoad|AfJournal|Microsoft|NLog|Dapper|System)(\.[A-Z]\w*)+")]
    private static partial Regex FullName();
}
