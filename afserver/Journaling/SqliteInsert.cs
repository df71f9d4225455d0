using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AfServer.Journaling;

/// <summary>
/// One prepared statement without a result, bound by position: a turn executes thousands, and a <see cref="SqliteCommand"/>
/// looks every parameter up by its name each time.
/// </summary>
internal sealed class SqliteInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _position;

    public SqliteInsert(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _database);
    }

    public SqliteInsert Add(long value) => Added(raw.sqlite3_bind_int64(_statement, ++_position, value));

    public SqliteInsert Add(double value) => Added(raw.sqlite3_bind_double(_statement, ++_position, value));

    public SqliteInsert Add(ReadOnlySpan<byte> value) => Added(raw.sqlite3_bind_blob(_statement, ++_position, value));

    public SqliteInsert Add(string? value) =>
        Added(value is null ? raw.sqlite3_bind_null(_statement, ++_position) : raw.sqlite3_bind_text(_statement, ++_position, value));

    /// <summary>Executes with what was added, in the order of the parameters.</summary>
    public void Execute()
    {
        var stepped = raw.sqlite3_step(_statement);
        _position = 0;
        _ = raw.sqlite3_reset(_statement);   // says again what the step has said
        if (stepped != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(stepped, _database);
    }

    public void Dispose() => _statement.Dispose();

    private SqliteInsert Added(int code)
    {
        SqliteException.ThrowExceptionForRC(code, _database);
        return this;
    }
}
