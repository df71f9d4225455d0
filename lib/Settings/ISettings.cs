namespace Afanasy.Settings;

/// <summary>A program's settings record: every public property that can be initialised is one setting, its default the value in the record.</summary>
public interface ISettings
{
    /// <summary>The folder in which <c>PROGRAM.json</c> is looked for; empty for a program that keeps none.</summary>
    string Data => "";

    /// <summary>Every problem at once, in words for an operator; empty when the settings are usable.</summary>
    IEnumerable<string> Problems();
}
