using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Afanasy.EndToEnd.Support;

/// <summary>
/// The farm of one test: real programs on a free port with data of their own. At the end nothing of it is left: whatever
/// carries its mark in the environment is killed, one process at a time.
/// </summary>
internal sealed class Farm : IAsyncDisposable
{
    /// <summary>Outside the variables that the programs read; tasks inherit it from their render.</summary>
    private const string MarkVariable = "AFANASY_END_TO_END";

    /// <summary>What helps after a failure is mostly at the end.</summary>
    private const int ShownCharsMax = 12_000;

    private readonly string _mark = Guid.NewGuid().ToString();
    private readonly List<RunningProgram> _programs = [];
    private readonly Dictionary<string, string> _places = [];
    private readonly List<IAsyncDisposable> _ground = [];

    public ScratchFolder Folder { get; } = new();

    public HttpClient Http { get; private set; } = new();

    /// <summary>Of the server that is asked; another one where several stand for each other.</summary>
    public int Port { get; set; } = Ports.Free();

    /// <summary>Where the server is.</summary>
    public string Host { get; private set; } = "127.0.0.1";

    public string Address => $"{Host}:{Port}";

    public string Url => $"http://{Address}";

    /// <summary>Where renders look for the server, when that is not where it is.</summary>
    public string? Way { get; set; }

    /// <summary>What the farm stands on: it goes after every program.</summary>
    public void StandOn(IAsyncDisposable ground) => _ground.Add(ground);

    /// <summary>A farm over several hosts, with its server on this one.</summary>
    public void Spread(string host, HttpMessageHandler way)
    {
        Http.Dispose();
        (Host, Http) = (host, new HttpClient(way));
    }

    /// <summary>The programs of this name are started in that network namespace.</summary>
    public void Place(string program, string space) => _places[program] = space;

    /// <summary>Starts a server on this farm's data, or goes on with them; returns when it is ready.</summary>
    public async Task<RunningProgram> StartServerAsync(params string[] more)
    {
        var server = Start("afserver", Programs.Server, ["--port", $"{Port}", "--data", Folder.At("server"), .. more]);
        await server.SaysAsync("afserver ready:");
        return server;
    }

    /// <summary>Starts a render; returns when it is registered.</summary>
    public async Task<RunningProgram> StartRenderAsync(string name, params string[] more)
    {
        var render = StartRender(name, more);
        await render.SaysAsync("afrender ready:");
        return render;
    }

    public RunningProgram StartRender(string name, params string[] more) =>
        Start(name, Programs.Render, ["--server", Way ?? Address, "--name", name, "--data", Folder.At(name), .. more]);

    public RunningProgram StartCommand(params string[] words) => Start("afcmd", Programs.Command, [.. words, "--server", Address]);

    public Task<ProgramEnd> CommandAsync(params string[] words) => StartCommand(words).EndAsync();

    /// <summary>Any program, with this farm's mark.</summary>
    public RunningProgram Start(string name, string file, params string[] words)
    {
        string[] place = _places.TryGetValue(name, out var space) ? ["ip", "netns", "exec", space] : [];
        string[] line = [.. place, .. file.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet"] : Array.Empty<string>(), file, .. words];
        var start = new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = Folder.Path };
        foreach (var own in start.Environment.Keys.Where(key => key.StartsWith("AF_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(own);
        start.Environment[MarkVariable] = _mark;
        start.Environment["NO_COLOR"] = "1";
        var program = RunningProgram.Start(name, start);
        lock (_programs) _programs.Add(program);
        return program;
    }

    /// <summary>Every living process of this farm: programs, tasks, and what tasks have started.</summary>
    public IReadOnlyList<int> Processes() => SystemProcesses.WithVariable(MarkVariable, _mark);

    public async Task<int> SubmitAsync(object job)
    {
        using var answer = await Http.PostAsJsonAsync($"{Url}/api/v1/jobs", job);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("id").GetInt32();
    }

    /// <summary>Writes a job into a file, as people hand it to afcmd.</summary>
    public string JobFile(object job)
    {
        var file = Folder.At($"{Guid.NewGuid()}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(job));
        return file;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Http.GetAsync($"{Url}/{path}");
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{Url}/{path} answered {(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    public Task<JsonElement> JobAsync(int job) => GetAsync($"api/v1/jobs/{job}");

    public Task<JsonElement> TaskAsync(int job, int block, int task) => GetAsync($"api/v1/jobs/{job}/blocks/{block}/tasks/{task}");

    /// <summary>Each attempt at a task, as "outcome on render".</summary>
    public async Task<IReadOnlyList<string>> RunsAsync(int job, int block, int task)
    {
        var answer = await GetAsync($"api/v1/jobs/{job}/blocks/{block}/tasks/{task}/runs");
        return [.. answer.GetProperty("runs").EnumerateArray().Select(run => $"{run.Text("outcome")} on {run.Text("render")}")];
    }

    public Task JobIsAsync(int job, string state) =>
        Until.TrueAsync(async () => (await JobAsync(job)).Text("state") == state, $"job {job} to be {state}");

    public Task TaskIsAsync(int job, int block, int task, string state) =>
        Until.TrueAsync(async () => (await TaskAsync(job, block, task)).Text("state") == state, $"task {job}/{block}/{task} to be {state}");

    public Task TasksAreAsync(int job, string counter, int count) =>
        Until.TrueAsync(async () => (await JobAsync(job)).Number(counter) == count, $"job {job} to have {counter} = {count}");

    /// <summary>What all programs said, also into the logs that scripts keep in their folders; for the report of a failed test.</summary>
    public string Words()
    {
        List<RunningProgram> programs;
        lock (_programs) programs = [.. _programs];
        var said = programs.Select(program => ($"{program.Name}, process {program.Id}{(program.HasEnded ? ", ended" : "")}", program.Said));
        var kept = Directory.EnumerateDirectories(Folder.Path).SelectMany(folder => Directory.EnumerateFiles(folder, "*.log")).Select(file => (file, File.ReadAllText(file)));
        return string.Join('\n', said.Concat(kept).Select(words => $"--- {words.Item1}\n{words.Item2[Math.Max(0, words.Item2.Length - ShownCharsMax)..]}"));
    }

    /// <summary>Kills whatever is left of the farm.</summary>
    public async Task EndProcessesAsync()
    {
        foreach (var process in Processes()) SystemProcesses.Send(process, Signal.Kill);
        await Until.TrueAsync(() => Processes().Count == 0, "the farm's processes to end");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs) await program.DisposeAsync();
        await EndProcessesAsync();
        foreach (var ground in _ground) await ground.DisposeAsync();
        Http.Dispose();
        Folder.Dispose();
    }
}
