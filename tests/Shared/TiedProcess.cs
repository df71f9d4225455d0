using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Afanasy.Shared;

/// <summary>
/// A process that cannot outlive the test run: the system kills it when the run dies, however that happens. Root gives its
/// rights away first when another user is named.
/// </summary>
internal sealed class TiedProcess
{
    /// <summary>Far more than anything here takes: a limit for what never comes, on a machine that is busy with other things.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private TaskCompletionSource _more = NewSignal();

    private TiedProcess(Process process)
    {
        _process = process;
        Ended = EndAsync();
    }

    public int Id => _process.Id;

    /// <summary>The exit code, when it and all that inherited its output have ended.</summary>
    public Task<int> Ended { get; }

    /// <summary>Both streams, as they came.</summary>
    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    public static async Task<TiedProcess> StartAsync(UnixUser? user, string file, params string[] words)
    {
        var start = new ProcessStartInfo("setpriv", [.. user?.SetPrivWords ?? [], "--pdeathsig", "KILL", "--", file, .. words])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var theirs in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToList()) start.Environment.Remove(theirs);
        start.Environment["LC_ALL"] = "C";
        return new TiedProcess(await OnOwnThreadAsync(start));
    }

    /// <summary>Runs it to its end; anything but success is an error with its words.</summary>
    public static async Task<string> RunAsync(UnixUser? user, string file, params string[] words)
    {
        var process = await StartAsync(user, file, words);
        var code = await process.Ended.WaitAsync(_longest);
        return code == 0 ? process.Said : throw new InvalidOperationException($"{file} {string.Join(' ', words)} ended with {code}: {process.Said}");
    }

    /// <summary>Waits until it has said this; one that ends without is a failure at once.</summary>
    public async Task SaysAsync(string text)
    {
        while (true)
        {
            Task more;
            lock (_said)
            {
                if (_said.ToString().Contains(text, StringComparison.Ordinal)) return;
                more = _more.Task;
            }

            if (Ended.IsCompleted) throw new InvalidOperationException($"It ended with {await Ended} without saying '{text}': {Said}");
            await Task.WhenAny(more, Ended).WaitAsync(_longest);
        }
    }

    public void Send(UnixSignal signal) => _ = kill(Id, (int)signal);

    public async Task<int> EndByAsync(UnixSignal signal)
    {
        Send(signal);
        return await Ended.WaitAsync(_longest);
    }

    /// <summary>The system watches the thread that started the process, not the whole program: so this one waits as long as it lives.</summary>
    private static async Task<Process> OnOwnThreadAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                var process = Process.Start(start)!;   // a new process, never a reused one
                started.SetResult(process);
                process.WaitForExit();
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                started.TrySetException(e);
            }
        })
        { IsBackground = true, Name = $"keeps {start.FileName}" }.Start();
        return await started.Task;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        await Task.WhenAll(PumpAsync(_process.StandardOutput), PumpAsync(_process.StandardError), _process.WaitForExitAsync());
        return _process.ExitCode;
    }

    private async Task PumpAsync(StreamReader from)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            TaskCompletionSource more;
            lock (_said)
            {
                _said.Append(buffer, 0, read);
                (more, _more) = (_more, NewSignal());
            }

            more.SetResult();
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}

/// <summary>The signals that fixtures send, by their numbers.</summary>
internal enum UnixSignal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Continue = 18,
    Halt = 19,
}

/// <summary>A user of this machine, as its list of users has it.</summary>
internal sealed record UnixUser(string Name, int Id, int Group)
{
    public IReadOnlyList<string> SetPrivWords => [$"--reuid={Id}", $"--regid={Group}", "--clear-groups"];

    public static UnixUser? Find(string name) =>
        (from line in File.ReadLines("/etc/passwd")
         let fields = line.Split(':')
         where fields.Length > 3 && fields[0] == name
         select new UnixUser(name, int.Parse(fields[2]), int.Parse(fields[3]))).FirstOrDefault();
}
