using AfServer.Journaling;

namespace AfJournal.Stores;

/// <summary>What a column of the history may hold.</summary>
internal enum ColumnKind
{
    Number,
    Seconds,
    Text,
    Time,

    /// <summary>Or nothing: it has not happened yet.</summary>
    TimeOrNone,
    Outcome,
}

/// <summary>A column of the history; the newer ones are not in files of older servers, and have a value that stands for it.</summary>
internal sealed record HistoryColumn(string Name, ColumnKind Kind, object? Older = null)
{
    /// <summary>The lowest number that it may hold.</summary>
    public long Least { get; init; } = int.MinValue;

    public long Most { get; init; } = int.MaxValue;

    /// <summary>A number by which the farm knows something.</summary>
    public static HistoryColumn Id(string name) => new(name, ColumnKind.Number) { Least = 0 };

    public bool Takes(object? value) => Kind != ColumnKind.Number || value is long number && number >= Least && number <= Most;
}

/// <summary>A table of the history: its columns in their order, and those that tell one row from another.</summary>
internal sealed record HistoryTable(string Name, string Key, IReadOnlyList<HistoryColumn> Columns)
{
    public static HistoryTable Runs { get; } = new("runs", "job, block, task, run",
    [
        HistoryColumn.Id("job"), HistoryColumn.Id("block"), HistoryColumn.Id("task"), HistoryColumn.Id("run"),
        new("render", ColumnKind.Text), new("service", ColumnKind.Text), new("started", ColumnKind.Time), new("ended", ColumnKind.Time),
        new("seconds", ColumnKind.Seconds), new("outcome", ColumnKind.Outcome), new("exit_code", ColumnKind.Number), new("reason", ColumnKind.Text),
        new("job_name", ColumnKind.Text, ""), new("block_name", ColumnKind.Text, ""), new("user_name", ColumnKind.Text, ""),
        new("branch", ColumnKind.Text, ""), new("project", ColumnKind.Text, ""), new("capacity", ColumnKind.Number, 0L),
    ]);

    public static HistoryTable Jobs { get; } = new("jobs", "job",
    [
        HistoryColumn.Id("job"), new("name", ColumnKind.Text), new("user_name", ColumnKind.Text), new("project", ColumnKind.Text), new("tasks", ColumnKind.Number),
        new("submitted", ColumnKind.Time), new("started", ColumnKind.TimeOrNone), new("done", ColumnKind.TimeOrNone), new("deleted", ColumnKind.TimeOrNone),
        new("branch", ColumnKind.Text, ""),
    ]);

    public static HistoryTable Actions { get; } = new("actions", "id",
    [
        HistoryColumn.Id("id") with { Most = long.MaxValue }, new("at", ColumnKind.Time), new("user_name", ColumnKind.Text), new("host_name", ColumnKind.Text),
        new("operation", ColumnKind.Text), new("target", ColumnKind.Text), new("detail", ColumnKind.Text),
    ]);

    public static IReadOnlyList<HistoryTable> All { get; } = [Runs, Jobs, Actions];

    /// <summary>What is wrong with a row, or null.</summary>
    public string? Problem(object?[] row)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (!IsReadable(Columns[i].Kind, row[i]) || !Columns[i].Takes(row[i])) return $"{Columns[i].Name} is '{row[i] ?? "nothing"}'";
        }

        return null;
    }

    private static bool IsReadable(ColumnKind kind, object? value) => (kind, value) switch
    {
        (ColumnKind.Number, long) or (ColumnKind.Seconds, double or long) or (ColumnKind.Text, string) or (ColumnKind.TimeOrNone, null) => true,
        (ColumnKind.Time or ColumnKind.TimeOrNone, string text) => Reads(() => HistoryColumns.Time(text)),
        (ColumnKind.Outcome, string word) => Reads(() => HistoryColumns.Outcome(word)),
        _ => false,
    };

    private static bool Reads<T>(Func<T> read)
    {
        try
        {
            read();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
