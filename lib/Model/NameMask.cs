using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>How a mask is read; CGRU contract §2.8.</summary>
public enum MaskDialect
{
    /// <summary>Words between <c>|;,: </c>; a name fits that begins with any of them.</summary>
    Find,

    /// <summary>The same words; a name fits that holds any of them.</summary>
    Contain,

    /// <summary>A regular expression that matches the whole name.</summary>
    Regex,
}

/// <summary>
/// A text that says which names are meant, made ready once and asked often. A mask without words accepts every name, also
/// when it excludes.
/// </summary>
public sealed class NameMask
{
    /// <summary>Masks are compiled and kept for each block, pool and service; names are matched by a few words.</summary>
    public const int PatternLengthMax = 1024;

    private static readonly char[] _separators = ['|', ';', ',', ':', ' '];

    private readonly string _pattern;
    private readonly string[] _words = [];
    private readonly Regex? _regex;
    private readonly StringComparison _comparison;
    private readonly bool _anywhere;
    private readonly bool _excludes;

    private NameMask(string pattern, MaskDialect dialect, bool excludes, bool ignoreCase)
    {
        _pattern = pattern;
        _excludes = excludes;
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _anywhere = dialect == MaskDialect.Contain;
        if (dialect != MaskDialect.Regex) _words = pattern.Split(_separators, StringSplitOptions.RemoveEmptyEntries);
        else if (pattern.Length > 0) _regex = WholeName(pattern, ignoreCase);
        AcceptsAll = _regex is null && _words.Length == 0;
    }

    /// <summary>It has nothing to ask of a name.</summary>
    public bool AcceptsAll { get; }

    /// <summary>The pattern must have no <see cref="Problem"/>.</summary>
    public static NameMask Of(string pattern, MaskDialect dialect, bool excludes = false, bool ignoreCase = false) =>
        new(pattern, dialect, excludes, ignoreCase);

    public bool Accepts(string name) => AcceptsAll || Matches(name) != _excludes;

    public override string ToString() => _pattern;

    /// <summary>What is wrong with a pattern, to stand behind the name of its field; null when it can be used.</summary>
    public static string? Problem(string pattern, MaskDialect dialect)
    {
        if (pattern.Length > PatternLengthMax) return $"must be at most {PatternLengthMax} characters, has {pattern.Length}";
        if (dialect != MaskDialect.Regex || pattern.Length == 0) return null;
        try
        {
            // By itself too: a pattern like a)|(b would close the group that WholeName puts around it.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            WholeName(pattern, ignoreCase: false);
            return null;
        }
        catch (Exception e) when (e is RegexParseException or NotSupportedException)
        {
            return $"is not a regular expression that can be used: {e.Message}";
        }
    }

    /// <summary>
    /// A regular expression that matches a whole name. Matching takes time in proportion to the name only: a pattern that
    /// needs more (a back-reference, a look-around) is refused.
    /// </summary>
    internal static Regex WholeName(string pattern, bool ignoreCase) =>
        new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));

    private bool Matches(string name)
    {
        if (_regex is not null) return _regex.IsMatch(name);
        foreach (var word in _words)
        {
            if (_anywhere ? name.Contains(word, _comparison) : name.StartsWith(word, _comparison)) return true;
        }

        return false;
    }
}
