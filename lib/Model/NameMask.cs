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
