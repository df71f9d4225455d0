using System.Text;
using AfCmd;
using AfCmd.Terminal;

namespace Afanasy.Tests.Support;

/// <summary>One run of afcmd in this process: what it wrote and how it ended.</summary>
internal sealed class CommandRun : IDisposable
{
    private static readonly TimeSpan _timeMax = TimeSpan.FromSeconds(30);

    private readonly SharedText _out = new();
    private readonly SharedText _error = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _end;

    private CommandRun(string[] words, Stream input, Stream? output, bool isTerminal, IReadOnlyDictionary<string, string> variables, int width)
    {
        var error = new StreamWriter(_error, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        var console = new CommandConsole(output ?? _out, input, error)
        {
            InIsTerminal = isTerminal,
            OutIsTerminal = isTerminal,
            ErrorIsTerminal = isTerminal,
            Width = width,
            Variable = variables.GetValueOrDefault,
            LoginName = "anna",
            HostName = "desk",
        };
        _end = Task.Run(() => AfCmdProgram.RunAsync(words, console, _stop.Token));
    }

    public string Out => _out.ToString();
    public byte[] OutBytes => _out.ToArray();
    public string Error => _error.ToString();

    public static CommandRun Start(string[] words, string input = "", bool isTerminal = false, Dictionary<string, string>? variables = null, int width = 80) =>
        new(words, new MemoryStream(Encoding.UTF8.GetBytes(input)), null, isTerminal, variables ?? [], width);

    /// <summary>On a terminal where nobody types a word, or one that takes no output.</summary>
    public static CommandRun StartOn(Stream input, Stream? output, params string[] words) => new(words, input, output, isTerminal: true, new Dictionary<string, string>(), 80);

    public static async Task<(int Code, string Out, string Error)> ToEndAsync(string[] words, string input = "", bool isTerminal = false, Dictionary<string, string>? variables = null, int width = 80)
    {
        using var run = Start(words, input, isTerminal, variables, width);
        var code = await run.EndAsync();
        return (code, run.Out, run.Error);
    }

    public Task<int> EndAsync() => _end.WaitAsync(_timeMax);

    public void Interrupt() => _stop.Cancel();

    public Task SaysOnErrorAsync(string text) => _error.ContainsAsync(text).WaitAsync(_timeMax);

    public Task SaysAsync(string text) => _out.ContainsAsync(text).WaitAsync(_timeMax);

    public void Dispose()
    {
        _stop.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    /// <summary>A stream that one writes and another reads, and that can be waited on.</summary>
    private sealed class SharedText : MemoryStream
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _changed = New();

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_lock) base.Write(buffer, offset, count);
            Tell();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (_lock) base.Write(buffer);
            Tell();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override byte[] ToArray()
        {
            lock (_lock) return base.ToArray();
        }

        public override string ToString() => Encoding.UTF8.GetString(ToArray());

        public async Task ContainsAsync(string text)
        {
            while (true)
            {
                var changed = Volatile.Read(ref _changed).Task;
                if (ToString().Contains(text, StringComparison.Ordinal)) return;
                await changed;
            }
        }

        private void Tell() => Interlocked.Exchange(ref _changed, New()).TrySetResult();

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
