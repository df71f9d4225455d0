using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>What is known about jobs and their tasks: jobs, job, tasks.</summary>
internal static class JobCommands
{
    private static readonly string[] _taskStates = ["waiting", "ready", "running", "done", "error", "skipped", "suspended"];

    public static IEnumerable<Command> All(CommonOptions common) => [Jobs(common), Job(common), Tasks(common)];

    public static string NothingFound(string filter, string things) => filter.Length == 0 ? $"There are no {things}." : $"No {things} match '{filter}'.";

    private static FarmCommand Jobs(CommonOptions common)
    {
        var filter = Listing.Filter("free text in name or user, user:NAME, state:running,error; a leading - negates; all must match.");
        var sort = Listing.Sort("priority, id, name, user, state or progress; a leading - reverses. Else active jobs first, by priority.");
        var from = Listing.From();
        var limit = Listing.Limit();
        var command = new FarmCommand("jobs", "Lists jobs.")
        {
            Examples = ["afcmd jobs", "afcmd jobs user:anna state:running,error", "afcmd jobs -state:done --sort -id --limit 20", "afcmd jobs --json"],
            Arguments = { filter },
            Options = { sort, from, limit },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var words = Listing.Words(line, filter);
            var answer = await session.Server.GetAsync("jobs" + Listing.Query(line, words, sort, from, limit), stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else ShowJobs(session, answer.Read<JobPage>(), words, line.GetValue(from));
            return ExitCodes.Fine;
        });
        return command;
    }

    private static void ShowJobs(CommandSession session, JobPage page, string filter, int from)
    {
        var table = new Table(new("ID", Column.Kind.Number), new("STATE", Column.Kind.State), new("PRIORITY", Column.Kind.Number), new("USER"), new("NAME"),
            new("PROGRESS", Column.Kind.Number), new("DONE", Column.Kind.Number), new("TASKS", Column.Kind.Number), new("RUNNING", Column.Kind.Number), new("ERRORS", Column.Kind.Number), new("WHY"));
        var jobs = page.Jobs ?? [];
        foreach (var job in jobs)
        {
            table.Add($"{job.Id}", job.State, $"{job.Priority}", job.UserName, job.Name, Words.Percent(job.Progress),
                $"{job.TasksDone + job.TasksSkipped}", $"{job.TasksTotal}", $"{job.TasksRunning}", $"{job.TasksError}", Words.OrDash(job.Reason));
        }

        table.Write(session.Console);
        Listing.SayWhatIsLeft(session, jobs.Count, from, page.Total, NothingFound(filter, "jobs"));
    }

    private static FarmCommand Job(CommonOptions common)
    {
        var id = Numbers.Argument("ID", "The number of the job.", 1);
        var command = new FarmCommand("job", "Shows one job with its blocks.") { Examples = ["afcmd job 12", "afcmd job 12 --json"], Arguments = { id } };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var answer = await session.Server.GetAsync($"jobs/{line.GetValue(id)}", stop);
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else ShowJob(session.Console, answer.Read<JobRow>());
            return ExitCodes.Fine;
        });
        return command;
    }

    private static void ShowJob(CommandConsole console, JobRow job)
    {
        var facts = new Table(new("JOB"), new($"{job.Id}", Column.Kind.State));
        facts.Add("name", job.Name);
        facts.Add("state", job.State);
        if (!string.IsNullOrEmpty(job.Reason)) facts.Add("reason", job.Reason);
        if (job.WaitsForJobs is { Count: > 0 } jobs) facts.Add("waits for", $"{(jobs.Count == 1 ? "job" : "jobs")} {Numbers.Ranges(jobs)}");
        facts.Add("user", $"{job.UserName}{(job.HostName.Length > 0 ? $" on {job.HostName}" : "")}");
        facts.Add("priority", $"{job.Priority}");
        facts.Add("progress", $"{Words.Percent(job.Progress)}, {Counts(job)}");
        facts.Add("created", Words.Time(job.TimeCreation));
        facts.Add("started", Words.Time(job.TimeStarted));
        facts.Add("done", Words.Time(job.TimeDone));
        if (job.Annotation.Length > 0) facts.Add("annotation", job.Annotation);
        if (job.Branch.Length > 1) facts.Add("branch", job.Branch);
        if (job.Project.Length > 0) facts.Add("project", job.Project);
        foreach (var (name, folder) in job.Folders ?? new Dictionary<string, string>()) facts.Add($"folder {name}", folder);
        facts.Write(console);

        var blocks = new Table(new("BLOCK", Column.Kind.Number), new("STATE", Column.Kind.State), new("NAME"), new("SERVICE"), new("FRAMES"), new("AFTER"),
            new("PROGRESS", Column.Kind.Number), new("DONE", Column.Kind.Number), new("TASKS", Column.Kind.Number), new("RUNNING", Column.Kind.Number), new("ERRORS", Column.Kind.Number));
        foreach (var block in job.Blocks ?? [])
        {
            var after = string.Join(", ", new[] { block.DependMask, block.TasksDependMask }.Where(mask => !string.IsNullOrEmpty(mask)));
            blocks.Add($"{block.Block}", block.State, block.Name, block.Service, block.Numeric ? $"{block.FrameFirst}-{block.FrameLast}" : "-", Words.OrDash(after),
                Words.Percent(block.Progress), $"{block.TasksDone + block.TasksSkipped}", $"{block.TasksTotal}", $"{block.TasksRunning}", $"{block.TasksError}");
        }

        console.Out.WriteLine();
        blocks.Write(console);
    }

    private static string Counts(JobRow job)
    {
        (long Count, string State)[] counts =
        [
            (job.TasksDone, "done"), (job.TasksRunning, "running"), (job.TasksError, "error"), (job.TasksReady, "ready"), (job.TasksWaiting, "waiting"), (job.TasksSkipped, "skipped"),
            (job.TasksSuspended, "suspended"),
        ];
        return $"{Words.Count(job.TasksTotal, "task")}: {string.Join(", ", counts.Where(c => c.Count > 0).Select(c => $"{c.Count} {c.State}"))}";
    }

    private static FarmCommand Tasks(CommonOptions common)
    {
        var id = Numbers.Argument("ID", "The number of the job.", 1);
        var block = Numbers.OptionalOption("--block", "Only this block; else every block of the job.", 0);
        var state = new Option<string>("--state") { Description = $"Only tasks in these states: {string.Join(", ", _taskStates)}.", HelpName = "STATE,…" };
        state.Validators.Add(CheckStates);
        var from = Listing.From();
        var limit = Listing.Limit();
        var command = new FarmCommand("tasks", "Lists the tasks of a job. --from and --limit count in each block.")
        {
            Examples =
            [
                "afcmd tasks 12",
                "afcmd tasks 12 --block 0 --state error,running",
                "afcmd tasks 12 --block 0 --from 5000 --limit 1000 --json",
                "afcmd tasks 12 --json                   every block: {\"blocks\":[{\"block\":0,\"answer\":…},…]}",
            ],
            Arguments = { id },
            Options = { block, state, from, limit },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var job = line.GetValue(id);
            var query = new StringBuilder($"?from={line.GetValue(from)}&limit={line.GetValue(limit)}");
            if (line.GetValue(state) is { } states) query.Append($"&state={Uri.EscapeDataString(states)}");
            if (line.GetValue(block) is { } one && session.Json)
            {
                session.Console.Out.WriteLine((await session.Server.GetAsync($"jobs/{job}/blocks/{one}/tasks{query}", stop)).Json);
                return ExitCodes.Fine;
            }

            IReadOnlyList<int> blocks = line.GetValue(block) is { } only
                ? [only]
                : [.. ((await session.Server.GetAsync($"jobs/{job}", stop)).Read<JobRow>().Blocks ?? []).Select(b => b.Block)];
            var pages = new List<(int Block, Answer Page)>();
            foreach (var b in blocks) pages.Add((b, await session.Server.GetAsync($"jobs/{job}/blocks/{b}/tasks{query}", stop)));

            if (session.Json) session.Console.Out.WriteLine($"{{\"blocks\":[{string.Join(',', pages.Select(p => $"{{\"block\":{p.Block},\"answer\":{p.Page.Json}}}"))}]}}");
            else ShowTasks(session, pages.Select(p => (p.Block, p.Page.Read<TaskPage>())), line.GetValue(from));
            return ExitCodes.Fine;
        });
        return command;
    }

    private static void CheckStates(OptionResult option)
    {
        var wrong = option.Tokens.SelectMany(t => t.Value.Split(',')).Where(word => !_taskStates.Contains(word));
        foreach (var word in wrong) option.AddError($"--state: there is no state '{word}', only {string.Join(", ", _taskStates)}");
    }

    private static void ShowTasks(CommandSession session, IEnumerable<(int Block, TaskPage Page)> pages, int from)
    {
        var table = new Table(new("BLOCK", Column.Kind.Number), new("TASK", Column.Kind.Number), new("STATE", Column.Kind.State), new("NAME"), new("RENDER"),
            new("RUN", Column.Kind.Number), new("STARTED"), new("TIME", Column.Kind.Number), new("PROGRESS", Column.Kind.Number), new("EXIT", Column.Kind.Number), new("NOTE"));
        long total = 0, shown = 0;
        foreach (var (block, page) in pages)
        {
            var tasks = page.Tasks ?? [];
            total += page.Total;
            shown += tasks.Count;
            foreach (var task in tasks)
            {
                var time = task.Started is { } started ? Words.Duration((task.Ended ?? session.Console.Time.GetUtcNow()) - started) : "-";
                table.Add($"{block}", $"{task.Task}", task.State, task.Name, Words.OrDash(task.Render), task.Run == 0 ? "-" : $"{task.Run}", Words.Time(task.Started), time,
                    Words.Percent(task.Progress), task.ExitCode is { } code ? $"{code}" : "-", Words.OrDash(task.Reason ?? task.Activity));
            }
        }

        table.Write(session.Console);
        Listing.SayWhatIsLeft(session, shown, from, total, "There are no such tasks.");
    }
}
