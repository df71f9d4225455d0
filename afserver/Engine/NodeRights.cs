using System.Text.Json;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Who may act on renders, pools, branches and users, where the farm enforces rights. Null is "may".</summary>
internal static class NodeRights
{
    private static readonly string[] _nimby = ["nimby", "NIMBY"];

    /// <summary>What others have to agree to: a share of the farm is taken from somebody.</summary>
    private static readonly string[] _notOnes =
    [
        "role", "priority", "max_running_tasks", "max_running_tasks_per_host", "max_tasks_per_second", "min_running_tasks", "pools",
    ];

    public static string? Refusal(FarmView view, Asker asker) => Rights.Refusal(view, asker, UserRole.Admin);

    /// <summary>Everybody may set the nimby of the own machine.</summary>
    public static string? Refusal(FarmView view, Asker asker, NodeAction action, Render render)
    {
        var isOwn = render.Settings.UserName.Length > 0 && render.Settings.UserName == asker.UserName;
        return isOwn && action.Operation == NodeAction.Set && Names(action).All(_nimby.Contains) ? null : Refusal(view, asker);
    }

    /// <summary>Everybody may set what concerns nobody else.</summary>
    public static string? Refusal(FarmView view, Asker asker, NodeAction action, User user) =>
        user.Name == asker.UserName && action.Operation == NodeAction.Set && !Names(action).Any(_notOnes.Contains)
            ? null
            : Refusal(view, asker);

    private static IEnumerable<string> Names(NodeAction action) =>
        action.Members.ValueKind == JsonValueKind.Object ? action.Members.EnumerateObject().Select(member => member.Name) : [];
}
