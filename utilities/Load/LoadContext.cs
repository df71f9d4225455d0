using AfLoad.Servers;

namespace AfLoad;

/// <summary>What every measurement is given: the server to measure, the programs to start, where to tell of progress.</summary>
internal sealed record LoadContext(ServerAddress? Server, ProgramFiles Programs, string Folder, TextWriter Progress, TimeProvider Time)
{
    public void Say(string line) => Progress.WriteLine($"loadfarm: {line}");
}

/// <summary>Where the programs lie that a measurement starts itself.</summary>
internal sealed record ProgramFiles(string Server, string Render);
