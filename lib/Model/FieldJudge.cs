using System.Text;

namespace Afanasy.Model;

/// <summary>Notes a problem, with its path, for each value that is outside of what can be used.</summary>
internal sealed class FieldJudge(string path, List<FieldProblem> problems)
{
    public bool IsFull => problems.Count >= FieldReader.ProblemsMax;

    public static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    public FieldJudge Inner(string name) => new(FieldProblem.PathOf(path, name), problems);

    public void Problem(string name, string text)
    {
        if (!IsFull) problems.Add(new(FieldProblem.PathOf(path, name), text));
    }

    public void AtLeast(string name, long value, long least, string meaning = "")
    {
        if (value < least) Problem(name, $"must be at least {least}{Bracketed(meaning)}, was {value}");
    }

    public void AtMost(string name, long value, long most)
    {
        if (value > most) Problem(name, $"must be at most {most}, was {value}");
    }

    public void Within(string name, double value, double least, double most, string meaning = "")
    {
        if (!(value >= least && value <= most)) Problem(name, $"must be {least}{Bracketed(meaning)} to {most}, was {value}");
    }

    /// <summary>A whole number that is far from where adding and multiplying frames could overflow.</summary>
    public void Near(string name, long value)
    {
        if (value is < -int.MaxValue or > int.MaxValue) Problem(name, $"must be within ±{int.MaxValue}, was {value}");
    }

    /// <summary>A name that must be there.</summary>
    public void Name(string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value)) Problem(name, "is empty");
        else Label(name, value);
    }

    /// <summary>A name that may be empty.</summary>
    public void Label(string name, string value)
    {
        if (value.Length > JobProblems.NameLengthMax) Problem(name, $"must be at most {JobProblems.NameLengthMax} characters, has {value.Length}");
        else if (value.Any(char.IsControl)) Problem(name, "must not hold control characters");
    }

    public void AtMostBytes(string name, string value, int most)
    {
        if (Bytes(value) > most) Problem(name, $"must be at most {most} bytes");
    }

    public void Mask(string name, string mask, MaskDialect dialect)
    {
        if (NameMask.Problem(mask, dialect) is { } problem) Problem(name, problem);
    }

    /// <summary>Its type may be the user's, which is not known here; then it is only bounded.</summary>
    public void HostsMask(string name, string mask, string type) =>
        Mask(name, mask, type == "regex" ? MaskDialect.Regex : MaskDialect.Find);

    /// <summary>Counts by name.</summary>
    public void Counts(string name, IReadOnlyDictionary<string, int> counts, int least, int most, int entriesMax, string meaning = "")
    {
        Entries(name, counts.Keys, entriesMax);
        foreach (var (key, count) in counts) Within($"{name}.{key}", count, least, most, meaning);
    }

    /// <summary>The names of a map or a list: so many at most, and each a name.</summary>
    public void Entries(string name, IEnumerable<string> keys, int most)
    {
        var count = 0;
        foreach (var key in keys)
        {
            if (++count > most) continue;
            if (string.IsNullOrWhiteSpace(key)) Problem(name, "holds an empty name");
            else Inner(name).Label(key.Length > JobProblems.NameLengthMax ? "" : key, key);
        }

        if (count > most) Problem(name, $"must hold at most {most} entries, holds {count}");
    }

    private static string Bracketed(string meaning) => meaning.Length == 0 ? "" : $" ({meaning})";
}
