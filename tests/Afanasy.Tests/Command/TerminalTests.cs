using System.Text;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class TerminalTests
{
    [TestCase("submit -", "")]
    [TestCase("stop 3 4", "Stop 2 jobs (3-4)? [y/N] ")]
    public async Task An_interrupt_ends_a_command_that_waits_for_words(string line, string asked)
    {
        using var silent = new SilentInput();
        using var run = CommandRun.StartOn(silent, null, line.Split(' '));
        await silent.IsRead.WaitAsync(TimeSpan.FromSeconds(20));

        run.Interrupt();

        Assert.That(await run.EndAsync(), Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo($"{asked}Interrupted.\n"));
    }

    [TestCase("log 1 0 0")]
    [TestCase("jobs --json")]
    public async Task A_result_that_cannot_be_written_is_a_sentence_and_1(string line)
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs/1/blocks/0/tasks/0/log", Encoding.UTF8.GetBytes("line\n"), "text/plain");
        server.Answer("GET /api/v1/jobs?from=0&limit=100", """{"jobs":[],"total":0,"sequence":1}""");
        using var full = new FullDisk();
        using var run = CommandRun.StartOn(Stream.Null, full, [.. line.Split(' '), "--server", server.Address]);

        Assert.That(await run.EndAsync(), Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo("The result cannot be written: No space left on device\n"));
    }

    /// <summary>A terminal at which nobody types: a read ends when the window does.</summary>
    private sealed class SilentInput : MemoryStream
    {
        private readonly ManualResetEventSlim _closed = new();
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsRead => _read.Task;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            _read.TrySetResult();
            _closed.Wait();
            return 0;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Run(() => Read(buffer.Span), CancellationToken.None);

        protected override void Dispose(bool disposing)
        {
            _closed.Set();
            base.Dispose(disposing);
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw Full();

        public override void Write(ReadOnlySpan<byte> buffer) => throw Full();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException(Full());

        private static IOException Full() => new("No space left on device");
    }
}
