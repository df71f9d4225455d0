using System.Globalization;
using System.Text;
using AfServer.Engine;

namespace AfServer.Gateways.Rest;

/// <summary>Figures in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Gauge(string name, string help, long value) => Head(name, help, "gauge").Line(name, value);

    public void Counter(string name, string help, long value) => Head(name, help, "counter").Line(name, value);

    public void Histogram(string name, string help, Lengths lengths)
    {
        Head(name, help, "histogram");
        var count = 0L;
        for (var step = 0; step < lengths.Steps.Count; step++) Line($"{name}_bucket{{le=\"{Text(lengths.Steps[step])}\"}}", count += lengths.Counts[step]);
        Line($"{name}_bucket{{le=\"+Inf\"}}", count += lengths.Counts[^1]);
        Line($"{name}_sum", lengths.Sum);
        Line($"{name}_count", count);
    }

    public void Parts(string name, string help, IReadOnlyList<double> seconds)
    {
        Head(name, help, "counter");
        foreach (var part in Enum.GetValues<TurnPart>()) Line($"{name}{{part=\"{part.ToString().ToLowerInvariant()}\"}}", seconds[(int)part]);
    }

    public override string ToString() => _text.ToString();

    private MetricsText Head(string name, string help, string type)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    private void Line(string name, double value) => _text.Append(name).Append(' ').Append(Text(value)).Append('\n');

    private void Line(string name, long value) => _text.Append(name).Append(' ').Append(value).Append('\n');

    /// <summary>No exponents: nobody has to read them.</summary>
    private static string Text(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
