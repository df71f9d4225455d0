using AfServer.Gateways.Live;

namespace AfServer.Gateways.Rest;

/// <summary>The HTTP door: version 1 of the API, its description, and the live WebSocket.</summary>
internal static class RestGateway
{
    public static IServiceCollection AddRestDescription(this IServiceCollection services) => services.AddOpenApi(options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Afanasy";
            document.Info.Description = "The render farm over HTTP: submit jobs, look at them, act on them. Lists are windows: from and limit.";
            return Task.CompletedTask;
        }));

    public static void MapRest(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapJobs();
        api.MapTasks();
        api.MapWhy();
        api.MapRenders();
        api.MapUsers();
        api.MapTrees();
        api.MapServices();
        api.MapLive();
        app.MapStatus();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "apidocs";
            page.DocumentTitle = "Afanasy: the API";
            page.SwaggerEndpoint("/openapi/v1.json", "Afanasy, version 1");
        });
    }
}
