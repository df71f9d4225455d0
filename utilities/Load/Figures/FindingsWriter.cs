using System.Text.Json.Nodes;

namespace AfLoad.Figures;

/// <summary>Prints findings: a table for people, or one line of JSON for machines.</summary>
internal static class FindingsWriter
{
    public static void WriteTable(TextWriter output, Findings findings)
    {
        var rows = findings.Figures.Select(figure => (Name: figure.Name.Replace('_', ' '), Number: Number(figure.Value), figure.Unit)).ToList();
        var (names, numbers) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Number.Length));
        output.WriteLine(findings.Measurement);
        foreach (var (name, number, unit) in rows)
            output.WriteLine($"  {name.PadRight(names)}  {number.PadLeft(numbers)} {unit}".TrimEnd());
    }

    public static void WriteJson(TextWriter output, Findings findings)
    {
        var figures = new JsonObject();
        foreach (var figure in findings.Figures) figures.Add(figure.Name, Math.Round(figure.Value, 4));
        output.WriteLine(new JsonObject
        {
            ["measurement"] = findings.Measurement,
            ["complete"] = findings.IsComplete,
            ["figures"] = figures,
        }.ToJsonString());
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("#,0"),
        >= 10 => value.ToString("0.0"),
        _ => value.ToString("0.000"),
    };
}
