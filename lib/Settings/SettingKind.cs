using System.Globalization;
using System.Text.Json;

namespace Afanasy.Settings;

/// <summary>The types that a setting can have: how each one is read from text, named in the help, and printed.</summary>
internal abstract record SettingKind(string ValueWord, string Expected)
{
    private static readonly SettingKind _text = new TextKind();
    private static readonly SettingKind _number = new NumberKind();
    private static readonly SettingKind _flag = new FlagKind();
    private static readonly SettingKind _duration = new DurationKind();
    private static readonly SettingKind _list = new ListKind();

    public static SettingKind Of(Type type) =>
        type == typeof(string) ? _text
        : type == typeof(int) ? _number
        : type == typeof(bool) ? _flag
        : type == typeof(TimeSpan) ? _duration
        : type == typeof(IReadOnlyList<string>) ? _list
        : type.IsEnum ? new ChoiceKind(type)
        : throw new NotSupportedException($"A setting cannot be a {type.Name}.");

    /// <summary>The value, or null when the text is not <see cref="Expected"/>.</summary>
    public abstract object? Read(string text);

    /// <summary>The JSON value as the text that means the same on a command line, or null when it is of a wrong type.</summary>
    public virtual string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>How the help shows the value.</summary>
    public virtual string Format(object value) => value.ToString() ?? "";

    public virtual void Write(Utf8JsonWriter json, object value) => json.WriteStringValue(Format(value));

    private sealed record TextKind() : SettingKind("TEXT", "a text")
    {
        public override object Read(string text) => text;
    }

    private sealed record NumberKind() : SettingKind("NUMBER", "a whole number from -2147483648 to 2147483647")
    {
        public override object? Read(string text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

        public override string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : base.TextOf(value);

        public override void Write(Utf8JsonWriter json, object value) => json.WriteNumberValue((int)value);
    }

    internal sealed record FlagKind() : SettingKind("", "true or false")
    {
        public override object? Read(string text) => bool.TryParse(text, out var flag) ? flag : null;

        public override string? TextOf(JsonElement value) =>
            value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : base.TextOf(value);

        public override string Format(object value) => (bool)value ? "true" : "false";

        public override void Write(Utf8JsonWriter json, object value) => json.WriteBooleanValue((bool)value);
    }

    private sealed record DurationKind() : SettingKind("DURATION", "a duration such as 500ms, 10s, 2m, 1h, 30d, or a number of seconds")
    {
        public override object? Read(string text) => Duration.TryParse(text, out var duration) ? duration : null;

        public override string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : base.TextOf(value);

        public override string Format(object value) => Duration.Format((TimeSpan)value);
    }

    private sealed record ListKind() : SettingKind("A,B", "a list such as a,b")
    {
        public override object Read(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        public override string? TextOf(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Array)
                return base.TextOf(value);

            var items = value.EnumerateArray().ToList();
            return items.All(i => i.ValueKind == JsonValueKind.String) ? string.Join(',', items.Select(i => i.GetString())) : null;
        }

        public override string Format(object value) => string.Join(',', (IReadOnlyList<string>)value);

        public override void Write(Utf8JsonWriter json, object value)
        {
            json.WriteStartArray();
            foreach (var item in (IReadOnlyList<string>)value)
                json.WriteStringValue(item);
            json.WriteEndArray();
        }
    }

    private sealed record ChoiceKind(Type Type) : SettingKind(string.Join('|', Words(Type)), $"one of {string.Join(", ", Words(Type))}")
    {
        public override object? Read(string text) =>
            Words(Type).Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse(Type, text, ignoreCase: true) : null;

        public override string Format(object value) => value.ToString()!.ToLowerInvariant();   // an enum's ToString is never null

        private static IEnumerable<string> Words(Type type) => Enum.GetNames(type).Select(n => n.ToLowerInvariant());
    }
}
