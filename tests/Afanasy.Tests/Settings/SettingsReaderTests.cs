using System.Text.Json;
using Afanasy.Logging;
using Afanasy.Settings;

namespace Afanasy.Tests.Settings;

internal sealed class SettingsReaderTests : IDisposable
{
    private const string Secret = "open-sesame";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("afanasy-settings-");
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public SettingsReaderTests() => _environment["AF_DATA"] = _folder.FullName;

    private string FilePath => Path.Combine(_folder.FullName, "aftest.json");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _output.Dispose();
        _errors.Dispose();
    }

    [Test]
    public void Without_a_word_the_defaults_count()
    {
        var result = Read();

        Assert.That(result.Settings, Is.EqualTo(new TestSettings { Data = _folder.FullName }));
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(_output.ToString() + _errors, Is.Empty);
    }

    [Test]
    public void File_environment_and_command_line_override_one_another_in_this_order()
    {
        WriteFile("""{ "bind": "file", "port": 1, "max_tasks": 1, "silence_max": "1m" }""");
        _environment["AF_PORT"] = "2";
        _environment["AF_MAX_TASKS"] = "2";

        var settings = Read("--max-tasks", "3").Settings;

        Assert.That(settings, Is.Not.Null, _errors.ToString());
        Assert.That(settings.Bind, Is.EqualTo("file"));
        Assert.That(settings.Port, Is.EqualTo(2));
        Assert.That(settings.MaxTasks, Is.EqualTo(3));
        Assert.That(settings.SilenceMax, Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(settings.Format, Is.EqualTo(LogFormat.Text));
    }

    [Test]
    public void Every_type_is_read_from_the_command_line()
    {
        var settings = Read("--bind=a=b", "--port", "-5", "--silence-max=90", "--services", "blender, houdini,", "--verbose", "--format=JSON").Settings!;

        Assert.That(settings.Bind, Is.EqualTo("a=b"));
        Assert.That(settings.Port, Is.EqualTo(-5));
        Assert.That(settings.SilenceMax, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(settings.Services, Is.EqualTo(new[] { "blender", "houdini" }));
        Assert.That(settings.Verbose, Is.True);
        Assert.That(settings.Format, Is.EqualTo(LogFormat.Json));
    }

    [Test]
    public void Every_type_is_read_from_the_file_with_comments()
    {
        WriteFile("""
            {
              // what a person writes
              "bind": "::1", "port": 5, "silence_max": 1.5, "services": ["blender", "houdini"], "verbose": true, "format": "json",
            }
            """);

        var settings = Read().Settings!;

        Assert.That(settings.Bind, Is.EqualTo("::1"));
        Assert.That(settings.Port, Is.EqualTo(5));
        Assert.That(settings.SilenceMax, Is.EqualTo(TimeSpan.FromSeconds(1.5)));
        Assert.That(settings.Services, Is.EqualTo(new[] { "blender", "houdini" }));
        Assert.That(settings.Verbose, Is.True);
        Assert.That(settings.Format, Is.EqualTo(LogFormat.Json));
    }

    [TestCase("--port", "12x", "--port: must be a whole number")]
    [TestCase("--port", "99999999999", "--port: must be a whole number")]
    [TestCase("--silence-max", "soon", "--silence-max: must be a duration")]
    [TestCase("--silence-max", "-1s", "--silence-max: must be a duration")]
    [TestCase("--silence-max", "99999999d", "--silence-max: must be a duration")]
    [TestCase("--format", "xml", "--format: must be one of text, json, was 'xml'.")]
    [TestCase("--format", "1", "--format: must be one of text, json, was '1'.")]
    [TestCase("--verbose=perhaps", "", "--verbose: must be true or false, was 'perhaps'.")]
    [TestCase("--port", "", "--port: must be a whole number")]
    [TestCase("--port", null, "--port: needs a value.")]
    [TestCase("--port", "--verbose", "--port: needs a value.")]
    [TestCase("--port=1", "--port=2", "--port: is given twice.")]
    [TestCase("--prot", "51000", "--prot: unknown option, did you mean --port?")]
    [TestCase("--silence", "5", "--silence: unknown option, did you mean --silence-max?")]
    [TestCase("--MAX_TASKS", "5", "--MAX_TASKS: unknown option, did you mean --max-tasks?")]
    [TestCase("--zzzzzzzz", null, "--zzzzzzzz: unknown option.")]
    [TestCase("-p", null, "-p: unknown option.")]
    [TestCase("start", null, "'start': options begin with --")]
    [TestCase("--settings", "nowhere.json", "nowhere.json: Could not find file")]
    public void A_wrong_word_on_the_command_line_is_named(string first, string? second, string problem)
    {
        var args = second is null ? [first] : second.Length == 0 && first.Contains('=') ? new[] { first } : [first, second];

        AssertRefused(Read(args), problem);
        Assert.That(_errors.ToString(), Does.StartWith("aftest: the settings have a problem:"));
    }

    [TestCase("""{ "prot": 1 }""", "prot: unknown key, did you mean port?")]
    [TestCase("""{ "silence-max": 1 }""", "silence-max: unknown key, did you mean silence_max?")]
    [TestCase("""{ "port": "x" }""", "port: must be a whole number")]
    [TestCase("""{ "port": 1.5 }""", "port: must be a whole number")]
    [TestCase("""{ "port": null }""", "port: must be a whole number")]
    [TestCase("""{ "port": 1, "port": 2 }""", "port: is given twice.")]
    [TestCase("""{ "bind": 1 }""", "bind: must be a text.")]
    [TestCase("""{ "bind": "\ud800" }""", "bind: must be a text.")]
    [TestCase("""{ "services": [1] }""", "services: must be a list")]
    [TestCase("""{ "verbose": 1 }""", "verbose: must be true or false.")]
    [TestCase("""{ "data": "/elsewhere" }""", "data: a file found in the data folder cannot name another one")]
    [TestCase("[]", "must be one JSON object")]
    [TestCase("", "line 1: not JSON")]
    [TestCase("{\n\"port\" 5 }", "line 2: not JSON")]
    public void A_wrong_file_is_refused_with_its_path_and_the_place(string content, string problem)
    {
        WriteFile(content);

        AssertRefused(Read(), $"{FilePath}: {problem}");
    }

    [Test]
    public void A_file_that_is_no_text_or_too_big_is_refused()
    {
        File.WriteAllBytes(FilePath, [0x7b, 0xff, 0x7d]);
        AssertRefused(Read(), $"{FilePath}: is not UTF-8 text.");

        File.WriteAllText(FilePath, new string(' ', 2_000_000));
        AssertRefused(Read(), "is over 1048576 bytes");
    }

    [Test]
    public void A_folder_is_no_settings_file() =>
        AssertRefused(Read("--settings", _folder.FullName), _folder.FullName + ": ");

    [Test]
    public void A_wrong_variable_is_named_and_a_foreign_one_is_not_ours()
    {
        _environment["AF_TASK_RUN"] = "J1[0][3]#2";
        _environment["AF_PORT"] = "many";

        AssertRefused(Read(), "AF_PORT: must be a whole number from -2147483648 to 2147483647, was 'many'.");
        Assert.That(_errors.ToString(), Does.Not.Contain("AF_TASK_RUN"));
    }

    [Test]
    public void A_variable_that_is_overridden_or_empty_does_not_count()
    {
        _environment["AF_PORT"] = "many";
        _environment["AF_MAX_TASKS"] = "";

        var settings = Read("--port", "7").Settings!;

        Assert.That(settings.Port, Is.EqualTo(7));
        Assert.That(settings.MaxTasks, Is.EqualTo(new TestSettings().MaxTasks));
    }

    [Test]
    public void All_problems_of_all_sources_are_listed_at_once()
    {
        WriteFile("""{ "prot": 1, "verbose": "maybe" }""");
        _environment["AF_SILENCE_MAX"] = "long";

        var result = Read("--port", "70000", "--naem", "r1", "--max-tasks", "x");

        AssertRefused(
            result,
            "the settings have 6 problems:", "prot: unknown key", "verbose: must be true", "AF_SILENCE_MAX: must be", "--naem: unknown option", "--max-tasks: must be",
            "port is 70000, it must be up to 65535.");
    }

    [Test]
    public void The_settings_file_can_be_named_on_the_command_line_or_in_the_environment()
    {
        var path = Path.Combine(_folder.FullName, "other.json");
        File.WriteAllText(path, """{ "port": 77, "data": "/elsewhere" }""");

        Assert.That(Read("--settings", path).Settings!.Port, Is.EqualTo(77));

        _environment["AF_SETTINGS"] = path;
        Assert.That(Read().Settings!.Port, Is.EqualTo(77));
    }

    [Test]
    public void Effective_settings_are_printed_with_their_sources_and_without_secrets()
    {
        WriteFile("""{ "bind": "::1", "services": ["a", "b"] }""");
        _environment["AF_PORT"] = "5";
        _environment["AF_JOIN_KEY"] = Secret;

        var result = Read("--silence-max", "120", "--print-settings");

        Assert.That(result, Is.EqualTo(new SettingsResult<TestSettings>(null, 0)));
        Assert.That(_output.ToString(), Does.Not.Contain(Secret));
        var root = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.That(root.GetProperty("program").GetString(), Is.EqualTo("aftest"));
        Assert.That(root.GetProperty("file").GetString(), Is.EqualTo(FilePath));
        var settings = root.GetProperty("settings");
        Assert.That(Printed(settings, "bind"), Is.EqualTo($"\"::1\" file {FilePath}"));
        Assert.That(Printed(settings, "port"), Is.EqualTo("5 environment AF_PORT"));
        Assert.That(Printed(settings, "silence_max"), Is.EqualTo("\"2m\" command line --silence-max"));
        Assert.That(Printed(settings, "max_tasks"), Is.EqualTo("4 default "));
        Assert.That(Printed(settings, "verbose"), Is.EqualTo("false default "));
        Assert.That(Printed(settings, "join_key"), Is.EqualTo("\"(secret)\" environment AF_JOIN_KEY"));
        Assert.That(settings.GetProperty("services").GetProperty("value").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public void Printing_wrong_settings_shows_them_and_fails()
    {
        AssertRefused(Read("--port", "70000", "--print-settings"), "port is 70000");
        Assert.That(_output.ToString(), Does.Contain("70000"));
    }

    [Test]
    public void A_wrong_secret_is_not_repeated()
    {
        WriteFile($$"""{ "join_key": ["{{Secret}}"], "pin": "{{Secret}}" }""");

        AssertRefused(Read("--pin", Secret), "join_key: must be a text.", "pin: must be a whole number");
        Assert.That(_errors.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public void The_help_lists_every_option_with_meaning_and_default()
    {
        var result = Read("--help", "--nonsense");

        Assert.That(result, Is.EqualTo(new SettingsResult<TestSettings>(null, 0)));
        var help = _output.ToString();
        Assert.That(help, Does.StartWith("aftest 0.1.0: Tests how settings are read."));
        foreach (var option in new[] { "bind", "port", "max-tasks", "silence-max", "services", "verbose", "format", "join-key", "data", "settings", "print-settings", "help", "version" })
            Assert.That(help, Does.Match($@"(?m)^  --{option}\b.*\w{{4}}"), option);
        Assert.That(help, Does.Match(@"--silence-max DURATION +How long a render may say nothing\. Default: 2m\."));
        Assert.That(help, Does.Match(@"--port NUMBER +Port to listen on\. Default: 51000\."));
        Assert.That(help, Does.Match(@"--format text\|json "));
        Assert.That(help, Does.Match(@"(?s)--services A,B .* Default: none\."));
        Assert.That(help, Does.Contain("AF_JOIN_KEY"));
        Assert.That(help.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(104));
        Assert.That(_errors.ToString(), Is.Empty);
    }

    [Test]
    public void The_version_is_one_line()
    {
        Assert.That(Read("--version").ExitCode, Is.Zero);
        Assert.That(_output.ToString().TrimEnd(), Is.EqualTo("aftest 0.1.0"));
    }

    [Test]
    public void A_setting_without_a_meaning_is_a_mistake_of_ours() =>
        Assert.That(
            () => SettingsReader.Read<UnexplainedSettings>([], "aftest", "", _environment, _output, _errors),
            Throws.InvalidOperationException.With.Message.Contains("UnexplainedSettings.Port"));

    [Test]
    public void The_real_environment_is_read()
    {
        var result = SettingsReader.Read<TestSettings>(["--data", _folder.FullName, "--port", "5"], "aftest", "Tests.");

        Assert.That(result.Settings!.Port, Is.EqualTo(5));
    }

    private SettingsResult<TestSettings> Read(params string[] args) =>
        SettingsReader.Read<TestSettings>(args, "aftest", "Tests how settings are read.", _environment, _output, _errors);

    private void WriteFile(string json) => File.WriteAllText(FilePath, json);

    private void AssertRefused(SettingsResult<TestSettings> result, params string[] problems)
    {
        Assert.That(result, Is.EqualTo(new SettingsResult<TestSettings>(null, 2)));
        foreach (var problem in problems)
            Assert.That(_errors.ToString(), Does.Contain(problem));
    }

    private static string Printed(JsonElement settings, string key)
    {
        var setting = settings.GetProperty(key);
        var from = setting.TryGetProperty("from", out var place) ? place.GetString() : "";
        return $"{setting.GetProperty("value").GetRawText()} {setting.GetProperty("source").GetString()} {from}";
    }

    private sealed record TestSettings : ISettings
    {
        [Setting("Address to listen on.", Value = "ADDRESS")]
        public string Bind { get; init; } = "127.0.0.1";

        [Setting("Port to listen on.")]
        public int Port { get; init; } = 51000;

        [Setting("How many tasks may run at once.")]
        public int MaxTasks { get; init; } = 4;

        [Setting("How long a render may say nothing.")]
        public TimeSpan SilenceMax { get; init; } = TimeSpan.FromMinutes(2);

        [Setting("Kinds of work that this machine does, and a text that is long enough to be wrapped onto a second line.")]
        public IReadOnlyList<string> Services { get; init; } = [];

        [Setting("Whether to say more.")]
        public bool Verbose { get; init; }

        [Setting("How a log line looks.")]
        public LogFormat Format { get; init; }

        [Secret]
        [Setting("What a render must know to join.", Value = "KEY")]
        public string JoinKey { get; init; } = "";

        [Secret]
        [Setting("A number that nobody may see.")]
        public int Pin { get; init; }

        [Setting("Folder of the farm.", Value = "DIR")]
        public string Data { get; init; } = DataFolder.Default;

        public IEnumerable<string> Problems()
        {
            if (Port > 65535)
                yield return $"port is {Port}, it must be up to 65535.";
        }
    }

    private sealed record UnexplainedSettings : ISettings
    {
        public int Port { get; init; }

        public IEnumerable<string> Problems() => [];
    }
}
