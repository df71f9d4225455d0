using System.Reflection;

namespace Afanasy.Logging;

/// <summary>Where a line comes from, in one word: the room of the code, taken from the namespace of the logger's category.</summary>
internal static class Subsystem
{
    public const string Http = "http";
    public const string DotNet = "dotnet";

    private const string Gateways = "Gateways";

    /// <summary><c>AfServer.Engine.FarmEngine</c> → engine, <c>AfServer.Gateways.Rest.JobDoor</c> → rest, <c>Microsoft.AspNetCore.…</c> → http.</summary>
    public static string Of(string category)
    {
        if (category.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal))
            return Http;
        if (IsForeign(category))
            return DotNet;

        var generic = category.AsSpan().IndexOfAny('`', '<');
        var parts = (generic < 0 ? category : category[..generic]).Split('.');
        var room = !parts[0].StartsWith("Af", StringComparison.Ordinal) || parts.Length < 3 ? parts[0]
            : parts[1] == Gateways && parts.Length > 3 ? parts[2]
            : parts[1];
        return room.ToLowerInvariant();
    }

    /// <summary>Whether the framework speaks; its scopes and its small talk are not ours.</summary>
    public static bool IsForeign(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("System.", StringComparison.Ordinal);

    /// <summary>Every subsystem that code of the assembly or of lib can log from.</summary>
    public static IEnumerable<string> AllIn(Assembly program) =>
        program.GetTypes().Concat(typeof(Subsystem).Assembly.GetTypes())
            .Where(t => t.Namespace?.StartsWith("Af", StringComparison.Ordinal) == true && !t.IsNested)
            .Select(t => Of(t.FullName!))   // a type with a namespace has a full name
            .Append(Http).Append(DotNet)
            .Distinct();
}
