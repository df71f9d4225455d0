using System.Diagnostics;

namespace Afanasy.EndToEnd.Support;

/// <summary>A disk of its own, in a file, that can be filled, made larger, and made to fail. Needs root on Linux; where it cannot be had the test is skipped.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    /// <summary>A disk of memory of so many megabytes.</summary>
    public static SmallDisk OfMemory(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        Mount("A small disk can only be mounted by root on Linux.", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
        return new SmallDisk(path);
    }

    /// <summary>A disk with a real file system in the file <paramref name="image"/>.</summary>
    public static SmallDisk OfFile(string path, string image, int megabytes)
    {
        Directory.CreateDirectory(path);
        using (var file = File.Create(image)) file.SetLength((long)megabytes << 20);
        if (Run("mkfs.ext4", "-q", "-F", image) != 0) Assert.Ignore("There is no mkfs.ext4 here.");
        return Again(path, image);
    }

    /// <summary>The same disk, after somebody has looked after it.</summary>
    public static SmallDisk Again(string path, string image)
    {
        Mount("A file can only be mounted as a disk by root on Linux, with loop devices.", "-o", "loop,errors=remount-ro", image, path);
        return new SmallDisk(path);
    }

    /// <summary>Changes how it is mounted; false when the system does not let that happen.</summary>
    public bool TryRemount(string options) => Run("mount", "-o", $"remount,{options}", _path) == 0;

    /// <summary>What the system does with a disk that has failed: it is read-only from this moment, also for files that are open.</summary>
    public void Fail() => Assert.That(TryRemount("abort"), Is.True, "the disk was to fail");

    /// <summary>Takes it away, as soon as nothing holds it any more.</summary>
    public async ValueTask DisposeAsync() => await Until.TrueAsync(() => Run("umount", _path) == 0, $"the disk at {_path} to be let go");

    private static void Mount(string orElse, params string[] words)
    {
        if (!OperatingSystem.IsLinux() || Run("mount", words) != 0) Assert.Ignore(orElse);
    }

    private static int Run(string program, params string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true, RedirectStandardOutput = true })!;   // a new process, never a reused one
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;   // there is no such program
        }
    }
}
