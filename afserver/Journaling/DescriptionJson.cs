using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AfServer.Journaling;

/// <summary>
/// Descriptions and settings as the journal keeps them: JSON with the names of the job format. Values that a new one has
/// anyway are left out; members that this server does not know are passed over. Choices are words, the bits of a block a number.
/// </summary>
internal static class DescriptionJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveDefaultsOut } },

        // What was accepted must be journaled, also a factor without end.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _options);

    /// <exception cref="InvalidDataException">The bytes are not what is to be read.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, _options) ?? throw new InvalidDataException($"{typeof(T).Name} is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{typeof(T).Name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The serializer's own rule leaves out 0 and null, but a priority of 0 is not the default priority.</summary>
    private static void LeaveDefaultsOut(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;

        var defaults = Activator.CreateInstance(type.Type);
        foreach (var property in type.Properties.ToList())
        {
            if (property.Get is not { } get || property.Set is null)
            {
                // Calculated from the others.
                type.Properties.Remove(property);
                continue;
            }

            var usual = get(defaults!);
            property.ShouldSerialize = usual is ICollection
                ? (_, value) => value is not ICollection { Count: 0 }
                : (_, value) => !Equals(value, usual);
        }
    }
}
