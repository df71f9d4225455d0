using System.Text;

namespace AfRender.Processes;

/// <summary>
/// The shell around a command that outlives its agent. It keeps what the command prints and how it ended until an agent has
/// taken both, and is known again by its own words, which no other process has.
/// </summary>
internal static class RunWrapper
{
    // What the pipes of a command are called, in the folder of the command.
    public const string Printed = "out";
    public const string Complained = "err";
    public const string Status = "status";
    public const string Answers = "answers";

    /// <summary>The agent has everything.</summary>
    public const string End = "end\n";

    /// <summary>
    /// $0 is the shell, $1 the folder of the command, $2 the command. Opening for reading and writing never waits. The pipes
    /// of the output are then held for reading alone: so they keep what nobody has read yet, and yet end with the command. A
    /// signal to all of the command's group does not end this shell; the command itself takes it as ever.
    /// </summary>
    private const string Words = """
        exec </dev/null >/dev/null 2>&1 3<>"$1/status" 4<>"$1/answers" 7<>"$1/out" 8<>"$1/err"
        exec 5<"$1/out" 6<"$1/err" 7>&- 8>&-
        trap : HUP INT QUIT USR1 USR2 PIPE ALRM TERM
        "$0" -c "$2" >"$1/out" 2>"$1/err" 3>&- 4>&- 5>&- 6>&-
        code=$? word=
        cd /
        echo "$code" >&3
        until [ "$word" = end ]; do read -r word <&4; done
        """;

    /// <summary>The words above and the longest path that the system knows; the command behind them does not matter.</summary>
    private const int CommandLineBytesMax = 8 * 1024;

    /// <summary>Behind the option that says that a command follows: the words, the shell, the folder.</summary>
    private const int FolderBehindOption = 3;

    /// <summary>What a shell is told, so that it is the wrapper of this command.</summary>
    public static IEnumerable<string> Arguments(string shell, string folder, string command) =>
        [.. OwnOptions(shell), "-c", Words, shell, folder, command];

    /// <summary>The living wrappers of the runs in a folder, by the folders of their commands.</summary>
    public static IReadOnlyDictionary<string, int> Find(string runsFolder)
    {
        var found = new Dictionary<string, List<int>>();
        foreach (var id in ProcessFiles.Ids())
        {
            if (FolderOf(id) is not { } folder || !folder.StartsWith(runsFolder + '/', StringComparison.Ordinal)) continue;
            if (!found.TryAdd(folder, [id])) found[folder].Add(id);
        }

        return found.ToDictionary(of => of.Key, of => Eldest(of.Value));
    }

    /// <summary>False when it has gone, also when another process has got its number.</summary>
    public static bool IsAlive(int id, string folder) => FolderOf(id) == folder;

    /// <summary>A child that has not become the command yet looks like the wrapper that has made it.</summary>
    private static int Eldest(List<int> alike) =>
        alike.FirstOrDefault(id => ProcessFiles.ReadStat(id) is { } process && !alike.Contains(process.Parent), alike[0]);

    /// <summary>Not by the words: those of another version of this program may be others. Null when the process is no wrapper.</summary>
    private static string? FolderOf(int id)
    {
        Span<byte> buffer = stackalloc byte[CommandLineBytesMax];
        var line = Encoding.UTF8.GetString(buffer[..ProcessFiles.Read(id, "cmdline", buffer)]);
        var arguments = line.Split('\0');
        var option = Array.IndexOf(arguments, "-c");
        var folder = option + FolderBehindOption;
        return option > 0 && folder < arguments.Length - 1 ? arguments[folder] : null;
    }

    /// <summary>Bash would run the file that BASH_ENV names twice, once for the command and once for its wrapper.</summary>
    private static string[] OwnOptions(string shell) => shell.EndsWith("/bash", StringComparison.Ordinal) ? ["-p"] : [];
}
