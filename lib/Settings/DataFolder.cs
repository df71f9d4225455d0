namespace Afanasy.Settings;

/// <summary>Where a program keeps its files when it is not told otherwise.</summary>
public static class DataFolder
{
    /// <summary><c>~/.local/share/afanasy</c>, or <c>%ProgramData%\Afanasy</c> on Windows.</summary>
    public static string Default { get; } = OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Afanasy")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "afanasy");
}
