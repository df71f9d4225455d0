using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Afanasy.Model;

namespace AfServer.Journaling;

/// <summary>
/// A job's description as the journal keeps it: JSON with the names of the job format. Values that a new description has
/// anyway are left out; members that this server does not know are passed over.
/// </summary>
internal static class JobDescriptionJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveDefaultsOut } },
    };

    public static byte[] Write(JobDescription description) => JsonSerializer.SerializeToUtf8Bytes(description, _options);

    /// <exception cref="InvalidDataException">The bytes are not a description.</exception>
    public static JobDescription Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<JobDescription>(json, _options) ?? throw new InvalidDataException("The job's description is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The job's description cannot be read: {e.Message}", e);
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
