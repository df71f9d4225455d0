namespace AfLoad.Figures;

/// <summary>One measured number: its name in words joined by underscores, and its unit.</summary>
internal sealed record Figure(string Name, double Value, string Unit = "");

/// <summary>What a measurement found; not complete when its time was up before its work was done.</summary>
internal sealed record Findings(string Measurement, IReadOnlyList<Figure> Figures)
{
    public bool IsComplete { get; init; } = true;
}
