using System.Runtime.InteropServices;
using System.Text;

namespace Afanasy.EndToEnd.Support;

/// <summary>What the system says of processes, and signals to single ones.</summary>
internal static partial class SystemProcesses
{
    public static void Send(int process, Signal signal) => _ = kill(process, (int)signal);

    /// <summary>Whether it runs; one that has ended and was not yet asked for its exit code does not.</summary>
    public static bool IsAlive(int process) => State(process) is not (null or 'Z' or 'X');

    /// <summary>The processes that have this in their environment, wherever they have gone.</summary>
    public static IReadOnlyList<int> WithVariable(string name, string value)
    {
        var wanted = Encoding.UTF8.GetBytes($"{name}={value}\0");
        return [.. All().Where(process => Read(process, "environ").AsSpan().IndexOf(wanted) >= 0 && IsAlive(process))];
    }

    public static string CommandLine(int process) => Encoding.UTF8.GetString(Read(process, "cmdline")).Replace('\0', ' ').TrimEnd();

    private static IEnumerable<int> All() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        select int.Parse(name);

    private static char? State(int process)
    {
        var stat = Encoding.UTF8.GetString(Read(process, "stat"));
        var afterName = stat.LastIndexOf(')') + 2;
        return afterName < stat.Length ? stat[afterName] : null;
    }

    /// <summary>Empty when the process has gone meanwhile.</summary>
    private static byte[] Read(int process, string file)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
