using System.Text.Json;

namespace Afanasy.EndToEnd.Support;

/// <summary>Short words for reading the server's answers.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
