using System.CommandLine;
using AfJournal.Stores;
using AfJournal.Words;
using AfServer.Journaling.Postgres;

namespace AfJournal.Commands;

/// <summary>The options that say which journal is meant, the same for every command. What stores there are is said here and nowhere else.</summary>
internal sealed class StoreOptions(Screen screen, TimeProvider time)
{
    /// <summary>As afserver's own option is read from the environment.</summary>
    private const string DataVariable = "AF_DATA";

    private const string PostgresVariable = "AF_POSTGRES";
    private const string Sqlite = "sqlite";
    private const string Postgres = "postgres";

    private readonly Option<string?> _data = new("--data")
    {
        Description = $"The server's data folder; or {DataVariable}; else {Afanasy.Settings.DataFolder.Default}.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _file = new("--file") { Description = "A journal by its file: an export, or a copy of a farm.db.", HelpName = "FILE" };

    private readonly Option<string?> _store = new("--store") { Description = "sqlite, in the data folder, or postgres; else as --postgres says.", HelpName = "sqlite|postgres" };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = $"The servers' PostgreSQL database, as afserver takes it; or {PostgresVariable}, which other users of the machine cannot see.",
        HelpName = "CONNECTION",
    };

    public void AddTo(Command command, bool withFile)
    {
        command.Add(_data);
        command.Add(_store);
        command.Add(_postgres);
        if (withFile) command.Add(_file);
    }

    public IEnumerable<string> Problems(ParseResult line)
    {
        var (data, file, store) = (Given(line, _data), Given(line, _file), Given(line, _store));
        if (store is not (null or Sqlite or Postgres)) yield return $"--store: must be {Sqlite} or {Postgres}, was '{store}'";
        if (store == Sqlite && Given(line, _postgres) is not null) yield return "--store sqlite and --postgres name two journals. Give one of them.";
        if (IsPostgres(line) && (data ?? file) is not null) yield return "The store postgres is a database: --data and --file do not go with it.";
        if (IsPostgres(line) && Connection(line) is var connection && (connection is null ? "is missing" : PostgresDatabase.Problem(connection)) is { } problem)
            yield return $"--postgres {problem}; write it like 'Host=db1;Database=farm;Username=farm' or postgresql://farm@db1/farm.";
        if (data is not null && file is not null) yield return "--data and --file both name a journal. Give one of them.";
        if (data is "") yield return "--data: must be a folder, was ''";
        if (file is "") yield return "--file: must be a file, was ''";
    }

    public IJournalStore Store(ParseResult line) => Given(line, _file) is { } file ? new SqliteFileStore(Path.GetFullPath(file)) : Target(line);

    public IRestorableStore Target(ParseResult line) =>
        IsPostgres(line) ? new PostgresJournalStore(new PostgresDatabase(Connection(line)!), time)   // a line without problems has it
        : new DataFolderStore(Given(line, _data) ?? (screen.Variable(DataVariable) is { Length: > 0 } folder ? folder : Afanasy.Settings.DataFolder.Default), time);

    private bool IsPostgres(ParseResult line) => Given(line, _store) == Postgres || Given(line, _postgres) is not null;

    private string? Connection(ParseResult line) => Given(line, _postgres) ?? (screen.Variable(PostgresVariable) is { Length: > 0 } connection ? connection : null);

    private static string? Given(ParseResult line, Option<string?> option) => line.GetResult(option) is null ? null : line.GetValue(option);
}
