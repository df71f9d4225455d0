namespace AfRender.Machine;

/// <summary>Space of the disk that holds a folder, in gigabytes; zeros when it does not tell.</summary>
internal readonly record struct DiskSpace(int TotalGigabytes, int FreeGigabytes)
{
    private const long Gigabyte = 1L << 30;

    public static DiskSpace Of(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return new DiskSpace((int)(drive.TotalSize / Gigabyte), (int)(drive.AvailableFreeSpace / Gigabyte));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return default;
        }
    }
}
