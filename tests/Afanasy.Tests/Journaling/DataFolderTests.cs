using AfServer.Journaling;

namespace Afanasy.Tests.Journaling;

public sealed class DataFolderTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_folder_that_is_not_there_is_made()
    {
        using var data = DataFolder.Open(_folder["a/b"], new StoppedClock());

        Assert.That(Directory.Exists(_folder["a/b"]));
        Assert.That(data.JournalFile, Is.EqualTo(_folder["a/b/farm.db"]));
    }

    [Test]
    public void A_second_server_is_refused_with_the_process_that_has_it()
    {
        using var first = DataFolder.Open(_folder.Path, new StoppedClock());

        Assert.That(
            () => DataFolder.Open(_folder.Path, new StoppedClock()),
            Throws.TypeOf<DataFolderLockedException>().With.Message.Contains($"process {Environment.ProcessId}, started 2026-01-01T12:00:00Z"));
        Assert.That(() => DataFolder.Open(_folder.Path, new StoppedClock()), Throws.TypeOf<DataFolderLockedException>(), "still held after the refusal");
    }

    [Test]
    public void A_folder_that_was_left_is_free()
    {
        DataFolder.Open(_folder.Path, new StoppedClock()).Dispose();

        Assert.That(() => DataFolder.Open(_folder.Path, new StoppedClock()).Dispose(), Throws.Nothing);
    }

    [Test]
    public void What_a_killed_server_left_does_not_hold_the_folder()
    {
        File.WriteAllText(_folder["lock"], "process 1, started long ago\n");
        File.WriteAllText(_folder["lock.holder"], "process 1, started long ago\n");

        using var data = DataFolder.Open(_folder.Path, new StoppedClock());

        Assert.That(File.ReadAllText(_folder["lock.holder"]), Does.Contain($"process {Environment.ProcessId}"));
    }

    [Test]
    public void A_file_in_the_folders_place_is_a_sentence()
    {
        File.WriteAllText(_folder["data"], "");

        Assert.That(() => DataFolder.Open(_folder["data"], new StoppedClock()), Throws.TypeOf<IOException>().With.Message.Contains("cannot be used").And.Message.Contains("--data"));
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_a_sentence()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("/proc is the folder that even root cannot write to.");

        Assert.That(() => DataFolder.Open("/proc/sys", new StoppedClock()), Throws.TypeOf<IOException>().With.Message.Contains("The data folder /proc/sys cannot be used"));
    }
}
