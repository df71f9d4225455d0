using System.CommandLine;
using System.Text.Json.Nodes;
using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd.Commands;

/// <summary>Gives a job to the farm, and waits for its end if asked: submit.</summary>
internal static class SubmitCommand
{
    public static IEnumerable<Command> All(CommonOptions common) => [Submit(common)];

    private static FarmCommand Submit(CommonOptions common)
    {
        var file = new Argument<string>("FILE") { Description = "The job as JSON; - reads it from stdin." };
        var wait = new Option<bool>("--wait") { Description = "Wait until the job is done (exit code 0), or ends with errors or is deleted (1)." };
        var paused = new Option<bool>("--paused") { Description = "Nothing starts until the job is resumed." };
        var command = new FarmCommand("submit", "Gives a job to the farm.")
        {
            Examples =
            [
                "afcmd submit shot.json",
                "afcmd submit shot.json --wait && echo rendered",
                "make-job.py | afcmd submit - --paused --json",
            ],
            Arguments = { file },
            Options = { wait, paused },
        };
        command.SetAction(async (line, stop) =>
        {
            using var session = common.Session(line);
            var body = await JobFile.ReadAsync(line.GetRequiredValue(file), session.Console, stop);
            Complete(JobFile.Fields(body), session, line.GetValue(paused));

            var answer = await session.Server.PostAsync("jobs", body, stop);
            var job = answer.Read<Submitted>();
            if (session.Json) session.Console.Out.WriteLine(answer.Json);
            else session.Console.Out.WriteLine(Words.Printable($"job {job.Id} submitted: {job.Name}"));
            foreach (var warning in job.Warnings ?? []) session.Note($"warning: {warning}");
            return line.GetValue(wait) ? await WaitAsync(session, job, stop) : ExitCodes.Fine;
        });
        return command;
    }

    /// <summary>Adds what the submitter knows better than the file: who and where, where the file does not say it.</summary>
    private static void Complete(JsonObject fields, CommandSession session, bool paused)
    {
        if (session.UserIsGiven || IsMissing(fields, "user_name")) fields["user_name"] = session.User;
        if (IsMissing(fields, "host_name")) fields["host_name"] = session.Console.HostName;
        if (paused) fields["offline"] = true;
    }

    private static bool IsMissing(JsonObject fields, string name) =>
        !fields.TryGetPropertyValue(name, out var value) || (value is JsonValue text && text.TryGetValue<string>(out var word) && word.Length == 0);

    private static async Task<int> WaitAsync(CommandSession session, Submitted job, CancellationToken stop)
    {
        try
        {
            var last = await ProgressDisplay.RunAsync(session, display => new JobWait(session, job, display).RunAsync(stop));
            if (last is null)
            {
                session.Note($"job {job.Id} was deleted before it was done.");
                return ExitCodes.Refused;
            }

            if (last.State == "done") return ExitCodes.Fine;
            await NameFailuresAsync(session, last, stop);
            return ExitCodes.Refused;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            session.Note($"job {job.Id} goes on without being watched; 'afcmd job {job.Id}' shows it.");
            throw;
        }
    }

    private static async Task NameFailuresAsync(CommandSession session, JobRow job, CancellationToken stop)
    {
        const int NamedMax = 10; // per block; one cause has usually failed them all
        session.Note($"job {job.Id} ended with errors: {Words.Count(job.TasksError, "task")} failed.");
        foreach (var block in (job.Blocks ?? []).Where(b => b.TasksError > 0))
        {
            var page = (await session.Server.GetAsync($"jobs/{job.Id}/blocks/{block.Block}/tasks?state=error&limit={NamedMax}", stop)).Read<TaskPage>();
            foreach (var task in page.Tasks ?? [])
            {
                var cause = task.Reason ?? (task.ExitCode is { } code ? $"exit code {code}" : "failed");
                session.Note($"  {block.Name}, {task.Name}{(task.Render is null ? "" : $" on {task.Render}")}: {cause}; its log: afcmd log {job.Id} {block.Block} {task.Task}");
            }

            if (page.Total > NamedMax) session.Note($"  … and {page.Total - NamedMax} more: afcmd tasks {job.Id} --block {block.Block} --state error");
        }
    }
}
