namespace Afanasy.Settings;

/// <summary>What a setting means, for <c>--help</c>: one sentence, with the unit or the allowed values where they are not obvious.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string meaning) : Attribute
{
    public string Meaning { get; } = meaning;

    /// <summary>What stands for the value in the help, for example <c>FILE</c>; when empty, a word for the property's type.</summary>
    public string Value { get; init; } = "";
}

/// <summary>Marks a setting whose value is never printed, neither by <c>--print-settings</c> and <c>--help</c> nor in a problem.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
