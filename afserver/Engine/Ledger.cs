using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Writes each fact into the journal, with the history rows that belong to it. Called before the fact is applied.</summary>
internal sealed class Ledger(IJournal journal, Farm farm)
{
    private readonly HashSet<JobId> _finished = [];

    public void Write(Change change)
    {
        journal.Append(change);
        switch (change)
        {
            case Change.RunEnded c: WriteRun(c); break;
            case Change.JobSubmitted c: WriteSubmission(c); break;
            case Change.JobDeleted c: journal.Append(Record(farm.Jobs[c.Job], farm.Jobs[c.Job].Done, c.At)); break;
            default: break;
        }
    }

    /// <summary>Writes the jobs that this turn has finished or reopened; called when its changes are applied.</summary>
    public void WriteFinished()
    {
        foreach (var job in farm.Touches.Jobs)
        {
            var isDone = job.Done is not null;
            if (isDone == _finished.Contains(job.Id)) continue;
            if (isDone) _finished.Add(job.Id);
            else _finished.Remove(job.Id);
            journal.Append(Record(job, job.Done, null));
        }

        _finished.ExceptWith(farm.Touches.JobsGone);
    }

    /// <summary>Takes what is finished after recovery as written.</summary>
    public void Begin() => _finished.UnionWith(farm.Jobs.Values.Where(job => job.Done is not null).Select(job => job.Id));

    private void WriteRun(Change.RunEnded c)
    {
        var run = farm.Running[c.Run];
        var job = run.Block.Job.Description;
        var started = run.Started < c.At ? run.Started : c.At;   // the clock may have been set back
        journal.Append(new FinishedRun(c.Run, run.Render.Name, run.Block.Description.Service, started, c.At, c.Outcome, c.ExitCode, c.Reason)
        {
            JobName = job.Name,
            BlockName = run.Block.Description.Name,
            UserName = job.UserName,
            Branch = job.Branch,
            Project = job.Project,
            Capacity = run.Grant.Capacity,
        });
    }

    private void WriteSubmission(Change.JobSubmitted c)
    {
        var job = c.Description;
        journal.Append(new JobRecord(c.Job, job.Name, job.UserName, job.Project, job.Blocks.Sum(block => block.TaskCount), c.At, null, null, null) { Branch = job.Branch });
    }

    private static JobRecord Record(Job job, DateTimeOffset? done, DateTimeOffset? deleted) =>
        new(job.Id, job.Description.Name, job.Description.UserName, job.Description.Project, job.TaskCount, job.Created, job.Started, done, deleted) { Branch = job.Description.Branch };
}
