using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>The job of the farm itself that wakes a machine: another render runs the command that does it.</summary>
internal static class WakeJobs
{
    public const string CommandDefault = "wakeonlan @MACS@";

    private const string AddressesMark = "@MACS@";

    /// <summary>Long enough for a farm whose renders are all at work; a machine that is wanted later is asked for anew.</summary>
    private const int LifeSeconds = 1800;

    /// <summary>The packet is sent at once; more is a command that hangs.</summary>
    private const int RunSeconds = 60;

    public static List<Change> Submit(FarmView view, Render render)
    {
        var submitted = new Change.JobSubmitted(view.Farm.NextJob, Describe(render, view.WakeCommand)) { At = view.Now };
        return [.. SystemJobs.UserSet(view.Farm, view.Now), submitted];
    }

    private static JobDescription Describe(Render render, string command) => new()
    {
        Name = $"wake {render.Name}",
        UserName = SystemJobs.UserName,
        Hidden = true,
        TimeLife = LifeSeconds,
        Priority = WorkSettings.PriorityMax,
        Blocks =
        [
            new BlockDescription
            {
                Name = "wakeonlan",
                Capacity = 1,
                TaskMaxRunTime = RunSeconds,
                Tasks = [new TaskDescription { Name = render.Name, Command = command.Replace(AddressesMark, string.Join(' ', render.Offer.HardwareAddresses), StringComparison.Ordinal) }],
            },
        ],
    };
}
