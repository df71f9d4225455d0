using System.Globalization;

namespace AfRender.Processes;

/// <summary>What the system says of its processes, in <c>/proc</c>.</summary>
internal static class ProcessFiles
{
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
}
