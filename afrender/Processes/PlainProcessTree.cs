using System.ComponentModel;
using System.Diagnostics;

namespace AfRender.Processes;

/// <summary>For platforms without <c>/proc</c>: knows a run's first process only and ends it with its descendants.</summary>
internal sealed class PlainProcessTree : IProcessTree
{
    public IReadOnlyList<int> Members(RunMark mark)
    {
        if (mark.RootProcess == 0) return [];
        try
        {
            using var process = Process.GetProcessById(mark.RootProcess);
            return process.HasExited ? [] : [mark.RootProcess];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return [];
        }
    }

    public void Terminate(IReadOnlyList<int> members) => Kill(members);

    public void Kill(IReadOnlyList<int> members)
    {
        foreach (var member in members)
        {
            try
            {
                using var process = Process.GetProcessById(member);
                process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended by itself in between; Members tells whether something is left.
            }
        }
    }
}
