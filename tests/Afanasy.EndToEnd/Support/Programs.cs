namespace Afanasy.EndToEnd.Support;

/// <summary>Where the programs of the farm are: built beside these tests, in the same configuration.</summary>
internal static class Programs
{
    public static string Root { get; } = FindRoot();

    public static string Server => Dll("afserver", "afserver");

    public static string Render => Dll("afrender", "afrender");

    public static string Command => Dll("utilities/AfCmd", "afcmd");

    public static string Journal => Dll("utilities/Journal", "journal");

    public static string Demo => Path.Combine(Root, "start", "demo");

    private static string Dll(string project, string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);   // …/bin/CONFIGURATION/net10.0
        var dll = Path.Combine(Root, project, "bin", output.Parent!.Name, output.Name, $"{name}.dll");   // the tests are built two folders deep
        return File.Exists(dll) ? dll : throw new FileNotFoundException($"{name} is not built here: dotnet build Afanasy.sln", dll);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Afanasy.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No Afanasy.sln above {AppContext.BaseDirectory}.");
    }
}
