using System.Reflection;
using System.Text.Json;

namespace Afanasy.Settings;

/// <summary>One setting of a record: its property, and its name on the command line, in the environment and in the file.</summary>
internal sealed class Setting
{
    private readonly PropertyInfo _property;

    private Setting(PropertyInfo property)
    {
        _property = property;
        Key = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Option = "--" + Key.Replace('_', '-');
        Variable = "AF_" + Key.ToUpperInvariant();
        Kind = SettingKind.Of(property.PropertyType);
        IsSecret = property.IsDefined(typeof(SecretAttribute));
        var about = property.GetCustomAttribute<SettingAttribute>()
            ?? throw new InvalidOperationException($"{property.DeclaringType!.Name}.{property.Name} needs a [Setting(\"...\")] that says what it means.");
        Meaning = about.Meaning;
        ValueWord = about.Value.Length > 0 ? about.Value : Kind.ValueWord;
    }

    public string Key { get; }

    public string Option { get; }

    public string Variable { get; }

    public SettingKind Kind { get; }

    public bool IsSecret { get; }

    public string Meaning { get; }

    public string ValueWord { get; }

    /// <summary>A flag stands alone on the command line; every other option is followed by its value.</summary>
    public bool IsFlag => Kind is SettingKind.FlagKind;

    public static IReadOnlyList<Setting> AllOf(Type record) =>
        [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null).Select(p => new Setting(p))];

    public object ValueIn(object settings) => _property.GetValue(settings)!;   // nullable is on: a default is never null

    public void Give(object settings, object value) => _property.SetValue(settings, value);
}
