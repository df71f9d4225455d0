using System.Text;
using Spectre.Console;

namespace AfCmd.Terminal;

/// <summary>Everything a command sees of the process around it. A value, so that many commands can run side by side in one process.</summary>
internal sealed class CommandConsole
{
    /// <summary>Of a terminal that does not say how wide it is.</summary>
    private const int WidthUnknown = 80;

    /// <summary>Wide enough that no name is cut where there is no terminal; finite because a table computes with it.</summary>
    private const int WidthUnlimited = 100_000;

    public CommandConsole(Stream outBytes, Stream inBytes, TextWriter error)
    {
        OutBytes = outBytes;
        InBytes = inBytes;
        Out = new StreamWriter(outBytes, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        Error = error;
    }

    /// <summary>Results, and nothing else.</summary>
    public TextWriter Out { get; }

    /// <summary>The same stream as <see cref="Out"/>, for bytes that must not be touched.</summary>
    public Stream OutBytes { get; }

    public Stream InBytes { get; }
    public TextWriter Error { get; }
    public bool OutIsTerminal { get; init; }
    public bool ErrorIsTerminal { get; init; }
    public bool InIsTerminal { get; init; }
    public int Width { get; init; } = WidthUnknown;
    public Func<string, string?> Variable { get; init; } = _ => null;
    public string LoginName { get; init; } = "";
    public string HostName { get; init; } = "";
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static CommandConsole OfProcess() =>
        new(Console.OpenStandardOutput(), Console.OpenStandardInput(), Console.Error)
        {
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InIsTerminal = !Console.IsInputRedirected,
            Width = WindowWidth(),
            Variable = Environment.GetEnvironmentVariable,
            LoginName = Environment.UserName,
            HostName = Environment.MachineName,
        };

    /// <summary>Draws results: coloured and fitted to the width on a terminal, plain and untruncated elsewhere.</summary>
    public IAnsiConsole Drawing() => Drawing(Out, OutIsTerminal);

    /// <summary>Draws progress and notes, as <see cref="Drawing()"/> does results.</summary>
    public IAnsiConsole ErrorDrawing() => Drawing(Error, ErrorIsTerminal);

    /// <summary>One line of a result: coloured and wrapped on a terminal, plain and whole elsewhere.</summary>
    public void WriteLine(string text, Style style)
    {
        if (OutIsTerminal) Drawing().Write(new Text(Words.Printable(text) + "\n", style));
        else Out.WriteLine(Words.Printable(text));
    }

    /// <summary>Asks a person; only a yes is a yes.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken stop)
    {
        Error.Write($"{question} [y/N] ");
        Error.Flush();

        // A terminal's read knows no token: who waits is let go, the read stays behind until the process ends.
        using var reader = new StreamReader(InBytes, leaveOpen: true);
        var line = await Task.Run(reader.ReadLine, stop).WaitAsync(stop);
        var answer = line?.Trim();
        return "y".Equals(answer, StringComparison.OrdinalIgnoreCase) || "yes".Equals(answer, StringComparison.OrdinalIgnoreCase);
    }

    private IAnsiConsole Drawing(TextWriter writer, bool isTerminal)
    {
        var isDumb = Variable("TERM") == "dumb";
        var ansi = isTerminal && !isDumb;
        var coloured = ansi && string.IsNullOrEmpty(Variable("NO_COLOR"));
        var drawing = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = coloured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        drawing.Profile.Width = isTerminal ? Width : WidthUnlimited;
        drawing.Profile.Capabilities.Unicode = true;
        return drawing;
    }

    private static int WindowWidth()
    {
        try { return Console.WindowWidth is > 0 and var width ? width : WidthUnknown; }
        catch (IOException) { return WidthUnknown; }
    }
}
