using System.Runtime.CompilerServices;
using System.Text.Json;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Benchmarks;

/// <summary>What a farm and its solver keep of memory for each task that waits, once everything else is collected.</summary>
internal static class TaskMemory
{
    /// <summary>As many as a block may have, so that the job itself does not count.</summary>
    private const int NumericTasks = JobProblems.TasksPerBlockMax;

    private const int ListedTasks = 200_000;
    private const int CommandLength = 60;

    public static void Print(TextWriter output)
    {
        Line("numeric", NumericTasks, () => Numeric(NumericTasks));
        Line("listed, without a name, 'true'", ListedTasks, () => Submitted(Unnamed(ListedTasks)));
        Line("listed, shot_0123 and 60 characters of command", ListedTasks, () => Submitted(Listed(ListedTasks)));
        Line("the same, after a restart", ListedTasks, () => Restarted(Listed(ListedTasks)));

        void Line(string name, int tasks, Func<JobDescription> make) =>
            output.WriteLine($"{name,-50} {BytesPerTask(tasks, make),8:0.00} bytes per task");
    }

    /// <summary>What is free again once the farm is let go: pools of buffers that reading has filled are there before and after.</summary>
    private static double BytesPerTask(int tasks, Func<JobDescription> make)
    {
        var full = FullMemory(make);
        return (double)(full - GC.GetTotalMemory(forceFullCollection: true)) / tasks;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long FullMemory(Func<JobDescription> make)
    {
        var farm = Fill(make);
        var bytes = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(farm);
        return bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Solver Fill(Func<JobDescription> make)
    {
        var farm = new Farm();
        farm.Apply(new Change.UserSet("anna", new UserSettings()) { At = SampleFarm.Noon });
        var solver = new Solver(farm);
        farm.Apply(new Change.JobSubmitted(new JobId(1), make()) { At = SampleFarm.Noon });
        solver.Refresh(farm.Touches, SampleFarm.Noon);
        farm.Touches.Clear();
        return solver;
    }

    private static JobDescription Numeric(int tasks) => Submitted(JobJson.Write(SampleFarm.Describe(tasks)));

    private static JobDescription Submitted(string json)
    {
        using var document = JsonDocument.Parse(json);
        var (job, problems) = JobJson.Read(document.RootElement);
        return problems.Count == 0 ? job : throw new InvalidDataException(problems[0].ToString());
    }

    private static JobDescription Restarted(string json) => DescriptionJson.Read<JobDescription>(DescriptionJson.Write(Submitted(json)));

    private static string Unnamed(int tasks) => Of(tasks, _ => new TaskDescription { Command = "true" });

    private static string Listed(int tasks) => Of(tasks, number => new TaskDescription { Name = $"shot_{number:0000}", Command = $"render --scene /projects/film/shot_{number:0000}/".PadRight(CommandLength, 'x') });

    private static string Of(int tasks, Func<int, TaskDescription> make) => JobJson.Write(new JobDescription
    {
        Name = "shots",
        UserName = "anna",
        Blocks = [new BlockDescription { Name = "shots", Tasks = [.. Enumerable.Range(0, tasks).Select(make)] }],
    });
}
