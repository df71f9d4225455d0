using Afanasy.Wire;
using AfServer.Model;

namespace AfServer.Journaling;

internal delegate void ChangeWriter<in T>(ref MessagePackWriter writer, T change)
    where T : Change;

internal delegate Change ChangeReader(ref MessagePackReader reader, DateTimeOffset at);

/// <summary>How one version of one case of <see cref="Change"/> stands in the journal. An older version is only read.</summary>
internal sealed record ChangeForm(ChangeNumber Number, int Version, int Fields, Type? Case, ChangeWriter<Change>? Write, ChangeReader Read)
{
    public static ChangeForm Of<T>(ChangeNumber number, int version, int fields, ChangeWriter<T> write, ChangeReader read)
        where T : Change =>
        new(number, version, fields, typeof(T), (ref writer, change) => write(ref writer, (T)change), read);

    /// <summary>A form that no code writes any more; what it said is read as what is said now.</summary>
    public static ChangeForm Old(ChangeNumber number, int version, int fields, ChangeReader read) => new(number, version, fields, null, null, read);
}
