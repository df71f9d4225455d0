using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace AfRender.Processes;

/// <summary>
/// Finds a run's processes by the mark in <c>/proc/PID/environ</c>, by their session and by their parents, so that neither
/// a process with its own session, nor a double-forked one, nor one that cleaned its environment gets away.
/// </summary>
internal sealed class LinuxProcessTree : IProcessTree
{
    private const int SignalKill = 9;
    private const int SignalTerminate = 15;

    /// <summary>The kernel lets an environment grow larger; the mark of such a process is found if it is not at its very end.</summary>
    private const int EnvironmentBytesMax = 1024 * 1024;

    public IReadOnlyList<int> Members(RunMark mark)
    {
        var living = ReadLiving();
        var instance = Encoding.UTF8.GetBytes($"{RunMark.InstanceVariable}={mark.InstanceId}\0");
        var run = mark.Run is { } id ? Encoding.UTF8.GetBytes($"{RunMark.RunVariable}={id}\0") : [];

        var members = new HashSet<int>();
        foreach (var process in living)
        {
            var isRoot = process.Id == mark.RootProcess && (process.Parent == Environment.ProcessId || (mark.SparesRoot && HasMark(process.Id, instance, run)));
            var isOfSession = mark.RootProcess != 0 && process.Session == mark.RootProcess;
            if (isRoot || isOfSession || HasMark(process.Id, instance, run)) members.Add(process.Id);
        }

        AddDescendants(living, members);
        if (mark.SparesRoot) members.Remove(mark.RootProcess);
        return [.. members];
    }

    public void Terminate(IReadOnlyList<int> members) => Signal(members, SignalTerminate);

    public void Kill(IReadOnlyList<int> members) => Signal(members, SignalKill);

    private static void AddDescendants(List<LivingProcess> living, HashSet<int> members)
    {
        for (var grown = members.Count > 0; grown;)
        {
            grown = false;
            foreach (var process in living)
            {
                if (members.Contains(process.Parent)) grown |= members.Add(process.Id);
            }
        }
    }

    private static void Signal(IReadOnlyList<int> members, int signal)
    {
        foreach (var member in members) _ = kill(member, signal);
    }

    private static List<LivingProcess> ReadLiving()
    {
        var living = new List<LivingProcess>();
        foreach (var id in ProcessFiles.Ids())
        {
            if (ProcessFiles.ReadStat(id) is { } process) living.Add(process);
        }

        return living;
    }

    private static bool HasMark(int id, ReadOnlySpan<byte> instance, ReadOnlySpan<byte> run)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(EnvironmentBytesMax);
        try
        {
            var environment = buffer.AsSpan(0, ProcessFiles.Read(id, "environ", buffer.AsSpan(0, EnvironmentBytesMax)));
            return HasVariable(environment, instance) && (run.IsEmpty || HasVariable(environment, run));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool HasVariable(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> variable)
    {
        for (var rest = environment; ;)
        {
            var at = rest.IndexOf(variable);
            if (at < 0) return false;
            if (environment.Length == rest.Length && at == 0) return true;
            if (at > 0 && rest[at - 1] == 0) return true;
            rest = rest[(at + 1)..];
        }
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
