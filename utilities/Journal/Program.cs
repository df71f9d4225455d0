using System.Text;
using AfJournal.Words;

namespace AfJournal;

internal static class Program
{
    public static int Main(string[] args)
    {
        // Buffered: a dump has hundreds of thousands of lines.
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        var screen = new Screen(output, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, Environment.GetEnvironmentVariable);
        return JournalProgram.Run(args, screen, TimeProvider.System);
    }
}
