using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AfJournal.Stores;

/// <summary>Brings the names in a folder to disk, so that after a power cut a file is not there under the name that it had before.</summary>
internal static class FolderOnDisk
{
    private const int OpenToRead = 0;

    // What a file system says that has nothing to bring to disk.
    private const int NotSupported = 22;

    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Flush(string folder)
    {
        // Windows keeps names in a log of its own and has no call for it.
        if (OperatingSystem.IsWindows()) return;

        using var handle = new SafeFileHandle(open(Encoding.UTF8.GetBytes(folder + '\0'), OpenToRead), ownsHandle: true);
        if (handle.IsInvalid || fsync(handle) != 0 && Marshal.GetLastPInvokeError() != NotSupported)
            throw new IOException($"The names in {folder} cannot be brought to disk: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}. Check the disk.");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle file);
}
