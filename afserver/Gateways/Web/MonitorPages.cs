namespace AfServer.Gateways.Web;

/// <summary>Serves the monitor page (afwatch) that the build put beside the program, wherever the program is started from.</summary>
internal static class MonitorPages
{
    private const string FolderName = "monitor";

    public static void MapMonitor(this IEndpointRouteBuilder routes) =>
        routes.MapMonitor(Path.Combine(AppContext.BaseDirectory, FolderName));

    internal static void MapMonitor(this IEndpointRouteBuilder routes, string folder)
    {
        var files = MonitorFile.ReadAll(folder);
        if (!files.Exists(file => file.IsPage))
        {
            routes.MapGet("/", () => Results.Text(
                $"The monitor page is not there: {folder} has no {MonitorFile.PageName}. Build it with: dotnet build afserver",
                statusCode: StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription();
            return;
        }

        foreach (var file in files)
            routes.MapMethods(file.Path, [HttpMethods.Get, HttpMethods.Head], file.Answer).ExcludeFromDescription();
    }
}
