namespace AfRender.Processes;

/// <summary>Finds and ends all processes of a run, those included that left its process tree.</summary>
internal interface IProcessTree
{
    /// <summary>The living processes of the mark; never the agent itself.</summary>
    IReadOnlyList<int> Members(RunMark mark);

    /// <summary>Asks them to end.</summary>
    void Terminate(IReadOnlyList<int> members);

    /// <summary>Ends them, whether they want or not.</summary>
    void Kill(IReadOnlyList<int> members);
}

/// <summary>The one that fits this machine.</summary>
internal static class ProcessTrees
{
    public static IProcessTree OfThisMachine() => OperatingSystem.IsLinux() ? new LinuxProcessTree() : new PlainProcessTree();
}
