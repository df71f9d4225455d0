using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfServer.Gateways.Views;

/// <summary>Members of several objects as one object; of two with the same name the first stays.</summary>
internal static class JoinedJson
{
    public static JsonObject Of<T>(T view) => JsonSerializer.SerializeToNode(view, DoorJson.Options)!.AsObject();   // views are objects

    public static JsonObject Join<T>(this JsonObject whole, T more) => whole.Join(Of(more));

    public static JsonObject Join(this JsonObject whole, JsonObject more)
    {
        foreach (var (name, value) in more) whole.TryAdd(name, value?.DeepClone());
        return whole;
    }
}
