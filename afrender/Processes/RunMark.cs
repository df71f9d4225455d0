using Afanasy.Model;

namespace AfRender.Processes;

/// <summary>How the processes of an agent are known again, wherever they have gone: by their environment.</summary>
/// <param name="InstanceId">The agent's own id; two agents, or two farms, on one machine never touch each other's processes.</param>
/// <param name="Run">One run's processes; null is every run of the agent.</param>
/// <param name="RootProcess">The run's first process; 0 when it is not known.</param>
/// <param name="SparesRoot">The first process is not the run's own: it only keeps what the others leave, and is no member.</param>
internal sealed record RunMark(string InstanceId, TaskRunId? Run, int RootProcess, bool SparesRoot = false)
{
    public const string InstanceVariable = "AF_RENDER_INSTANCE";
    public const string RunVariable = "AF_TASK_RUN";
}
