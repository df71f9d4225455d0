using AfLoad.Servers;

namespace AfLoad;

/// <summary>What every measurement is given: the server to measure, the programs to start, where to tell of progress.</summary>
internal sealed record LoadContext(ServerAddress? Server, ProgramFiles Programs, string Folder, TextWriter Progress, TimeProvider Time)
{
    public StoreChoice Store { get; init; } = new(StoreChoice.SqliteName, "");

    public void Say(string line) => Progress.WriteLine($"loadfarm: {line}");
}

/// <summary>Where the server that is started keeps its facts; <paramref name="Postgres"/> is for the store of that name.</summary>
internal sealed record StoreChoice(string Name, string Postgres)
{
    public const string SqliteName = "sqlite";
    public const string PostgresName = "postgres";

    public bool IsShared => Name == PostgresName;

    public IEnumerable<string> Arguments => IsShared ? ["--store", Name, "--postgres", Postgres] : ["--store", Name];
}

/// <summary>Where the programs lie that a measurement starts itself.</summary>
internal sealed record ProgramFiles(string Server, string Render);
