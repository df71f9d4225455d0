using System.Globalization;

namespace AfLoad.Figures;

/// <summary>What a server says at /metrics: the value of each name, with its labels as they are written.</summary>
internal sealed class PrometheusText
{
    private const string BucketEnd = "\"}";

    private readonly Dictionary<string, double> _values = [];

    public static PrometheusText Parse(string text)
    {
        var read = new PrometheusText();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.LastIndexOf(' ');
            if (line[0] != '#' && space > 0) read._values[line[..space]] = double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture);
        }

        return read;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>0 when the server does not say it.</summary>
    public double this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The upper ends of a histogram's buckets, the last one without end, and how many are in each and those before.</summary>
    public IReadOnlyList<(double End, double Count)> Buckets(string name)
    {
        var beginning = $"{name}_bucket{{le=\"";
        return [.. _values.Where(one => one.Key.StartsWith(beginning, StringComparison.Ordinal))
            .Select(one => (End: EndOf(one.Key[beginning.Length..^BucketEnd.Length]), Count: one.Value)).OrderBy(bucket => bucket.End)];
    }

    private static double EndOf(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
}
