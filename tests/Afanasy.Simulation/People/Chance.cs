using System.Text.Json;

namespace Afanasy.Simulation.People;

/// <summary>Short words for what a random number decides.</summary>
internal static class Chance
{
    /// <summary>True once in so many times.</summary>
    public static bool OnceIn(this Random random, int times) => random.Next(times) == 0;

    public static T OneOf<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);
}
