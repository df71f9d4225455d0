using Spectre.Console;

namespace AfCmd.Terminal;

/// <summary>One column: its title, and how its cells look.</summary>
internal readonly record struct Column(string Title, Column.Kind Look = Column.Kind.Text)
{
    public enum Kind
    {
        Text,
        Number,
        State,

        /// <summary>The name of what is wrong.</summary>
        Problem,
    }
}

/// <summary>Rows for people: aligned, coloured and fitted on a terminal; plain, complete lines elsewhere.</summary>
internal sealed class Table(params Column[] columns)
{
    private const int Gap = 2;

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes nothing at all when there are no rows.</summary>
    public void Write(CommandConsole console)
    {
        if (_rows.Count == 0) return;
        if (console.OutIsTerminal)
        {
            console.Drawing().Write(Drawn());
            return;
        }

        // Drawn aside, because a table pads its last column and a plain line must end where its text ends.
        using var lines = new StringWriter();
        new CommandConsole(Stream.Null, Stream.Null, lines).ErrorDrawing().Write(Drawn());
        foreach (var line in lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)) console.Out.WriteLine(line.TrimEnd());
    }

    private Spectre.Console.Table Drawn()
    {
        var table = new Spectre.Console.Table().NoBorder();
        for (var i = 0; i < columns.Length; i++)
        {
            var isNumber = columns[i].Look == Column.Kind.Number;
            var drawn = new TableColumn(new Text(columns[i].Title, new Style(decoration: Decoration.Bold)))
            {
                Alignment = isNumber ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, i == columns.Length - 1 ? 0 : Gap, 0),
                NoWrap = columns[i].Look != Column.Kind.Text,
            };
            table.AddColumn(drawn);
        }

        foreach (var row in _rows) table.AddRow(row.Select((cell, i) => new Text(Words.Printable(cell), Look(i, cell))));
        return table;
    }

    private Style Look(int column, string cell) => columns[column].Look switch
    {
        Column.Kind.State => Words.StateStyle(cell),
        Column.Kind.Problem => Words.ProblemStyle,
        _ => Style.Plain,
    };
}
