using System.Globalization;
using System.Text;

namespace AfRender.Processes;

/// <summary>A process, and whose it is.</summary>
internal readonly record struct LivingProcess(int Id, int Parent, int Session);

/// <summary>What the system says of its processes, in <c>/proc</c>.</summary>
internal static class ProcessFiles
{
    /// <summary>The name of a program is short, and all else are numbers.</summary>
    private const int StatBytesMax = 1024;

    /// <summary>All processes but the first one of the system and this one.</summary>
    public static IEnumerable<int> Ids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(folder.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (id != 1 && id != Environment.ProcessId) yield return id;
        }
    }

    /// <summary>Reads what fits; 0 when the process has gone or is another user's.</summary>
    public static int Read(int id, string name, Span<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{id}/{name}", share: FileShare.ReadWrite | FileShare.Delete);
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(file, buffer[total..], total);
                if (read == 0) break;
                total += read;
            }

            return total;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Of <c>/proc/PID/stat</c>: "id (name) state parent group session …"; the name may hold spaces and brackets. Null when the
    /// process has gone.
    /// </summary>
    public static LivingProcess? ReadStat(int id)
    {
        Span<byte> buffer = stackalloc byte[StatBytesMax];
        var stat = Encoding.UTF8.GetString(buffer[..Read(id, "stat", buffer)]);
        var end = stat.LastIndexOf(") ", StringComparison.Ordinal);
        if (end < 0) return null;

        var fields = stat[(end + 2)..].Split(' ', 5);
        if (fields.Length < 5 || fields[0] is "Z" or "X") return null;
        if (!int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)) return null;
        if (!int.TryParse(fields[3], CultureInfo.InvariantCulture, out var session)) return null;
        return new LivingProcess(id, parent, session);
    }
}
