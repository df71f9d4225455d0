using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>One-line SQL on a connection.</summary>
internal static class SqliteCommands
{
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row as a number; 0 for NULL.</summary>
    public static long Number(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>A prepared statement with its parameters, in the order given; set their values and execute.</summary>
    public static SqliteCommand Prepared(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter(parameter, null));
        command.Prepare();
        return command;
    }

    public static int Execute(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        command.Set(values);
        return command.ExecuteNonQuery();
    }

    public static void Set(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    /// <summary>The number in a column; -1 where a damaged row has none.</summary>
    public static long NumberAt(this SqliteDataReader row, int column) => row.GetValue(column) is long number ? number : -1;

    /// <summary>The small number in a column; -1 where a damaged row has none.</summary>
    public static int SmallNumberAt(this SqliteDataReader row, int column) => row.NumberAt(column) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : -1;

    /// <summary>The bytes in a column; none where a damaged row has something else.</summary>
    public static byte[] BytesAt(this SqliteDataReader row, int column) => row.GetValue(column) as byte[] ?? [];
}
