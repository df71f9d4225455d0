using AfCmd.Server;
using AfCmd.Terminal;
using Spectre.Console;
using Column = Spectre.Console.TableColumn;

namespace AfCmd.Commands;

/// <summary>Shows how far a job is: a bar per block that moves on a terminal, a line per step elsewhere. Both on stderr.</summary>
internal abstract class ProgressDisplay
{
    public abstract void Show(JobRow job);

    public abstract void Note(string line);

    public static Task<JobRow?> RunAsync(CommandSession session, Func<ProgressDisplay, Task<JobRow?>> watch)
    {
        var drawing = session.Console.ErrorDrawing();
        if (!drawing.Profile.Capabilities.Interactive) return watch(new Lines(session));
        return drawing.Live(new Text("waiting for the first news")).StartAsync(live => watch(new Bars(drawing, live)));
    }

    private static string Summary(JobRow job) =>
        $"job {job.Id}: {job.State}, {Words.Percent(job.Progress)}, {job.TasksDone + job.TasksSkipped} of {Words.Count(job.TasksTotal, "task")}"
        + (job.TasksError > 0 ? $", {Words.Count(job.TasksError, "error")}" : "")
        + (job.State is "ready" or "waiting" && !string.IsNullOrEmpty(job.Reason) ? $" ({job.Reason})" : "");

    private sealed class Lines(CommandSession session) : ProgressDisplay
    {
        private const int Step = 10;

        private string _state = "";
        private int _step = -1;

        public override void Show(JobRow job)
        {
            var step = (int)job.Progress / Step;
            if (job.State == _state && step <= _step) return;
            _state = job.State;
            _step = step;
            Note(Summary(job));
        }

        public override void Note(string line) => session.Note(line);
    }

    private sealed class Bars(IAnsiConsole drawing, LiveDisplayContext live) : ProgressDisplay
    {
        private const int BarWidth = 24;

        /// <summary>Blocks drawn; a picture higher than the terminal cannot be redrawn in place.</summary>
        private const int BlocksMax = 12;

        public override void Show(JobRow job)
        {
            var blocks = new Spectre.Console.Table().NoBorder().HideHeaders();
            foreach (var _ in Enumerable.Range(0, 4)) blocks.AddColumn(new Column("") { Padding = new Padding(0, 0, 2, 0) });
            foreach (var block in (job.Blocks ?? []).Take(BlocksMax))
            {
                var style = Words.StateStyle(block.State);
                var filled = Math.Clamp((int)(block.Progress / 100 * BarWidth), 0, BarWidth);
                blocks.AddRow(
                    new Text("  " + Words.Printable(block.Name)),
                    new Text(new string('█', filled) + new string('░', BarWidth - filled), style),
                    new Text(block.State, style),
                    new Text($"{block.TasksDone + block.TasksSkipped}/{block.TasksTotal}{(block.TasksError > 0 ? $", {Words.Count(block.TasksError, "error")}" : "")}"));
            }

            live.UpdateTarget(new Rows(new Text(Words.Printable(Summary(job)), Words.StateStyle(job.State)), blocks));
        }

        public override void Note(string line) => drawing.Write(new Text(line + "\n"));
    }
}
