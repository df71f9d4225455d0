using Spectre.Console;

namespace AfJournal.Words;

/// <summary>What a command sees of the process around it: results go to stdout, all else to stderr.</summary>
internal sealed class Screen(TextWriter output, TextWriter error, bool outIsTerminal, bool errorIsTerminal, Func<string, string?> variable)
{
    /// <summary>Wide enough that nothing is cut where there is no terminal; finite because a table computes with it.</summary>
    private const int WidthUnlimited = 100_000;

    public TextWriter Out => output;

    public TextWriter Error => error;

    public Func<string, string?> Variable => variable;

    /// <summary>Rows for people: aligned, coloured and fitted on a terminal; plain, complete lines elsewhere.</summary>
    public void Write(Table table)
    {
        output.Flush();
        if (outIsTerminal)
        {
            Drawing(output, true).Write(table);
            return;
        }

        // Drawn aside, because a table pads its last column and a plain line must end where its text ends.
        using var lines = new StringWriter();
        Drawing(lines, false).Write(table);
        foreach (var line in lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)) output.WriteLine(line.TrimEnd());
    }

    /// <summary>Does long work and shows what it is at: in place on a terminal, a line per step elsewhere.</summary>
    public T Working<T>(Func<Steps, T> work)
    {
        if (!errorIsTerminal) return work(new Steps(step => error.WriteLine($"journal: {step}"), _ => { }));
        return Drawing(error, true).Status().Start("…", status => work(new Steps(step => status.Status = Markup.Escape(step), step => status.Status = Markup.Escape(step))));
    }

    private IAnsiConsole Drawing(TextWriter writer, bool isTerminal)
    {
        var ansi = isTerminal && variable("TERM") != "dumb";
        var coloured = ansi && string.IsNullOrEmpty(variable("NO_COLOR"));
        var drawing = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = coloured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (!isTerminal) drawing.Profile.Width = WidthUnlimited;
        drawing.Profile.Capabilities.Unicode = true;
        return drawing;
    }
}
