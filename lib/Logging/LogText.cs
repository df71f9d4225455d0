using System.Globalization;
using System.Text;

namespace Afanasy.Logging;

/// <summary>Makes text that may come from outside safe for a line: what a line says stays in that line, and no terminal obeys it.</summary>
internal static class LogText
{
    // A message may quote what a renderer printed; beyond this the quote helps nobody and the log is not the place for it.
    public const int MessageCharsMax = 8192;

    // A stack trace with all its causes; deeper ones repeat themselves.
    public const int ExceptionCharsMax = 64 * 1024;

    public static string Cut(string text, int charsMax) =>
        text.Length <= charsMax ? text : $"{text.AsSpan(0, charsMax)}… ({text.Length - charsMax} more characters)";

    /// <summary>Appends the text with every character that is not printed (line ends, escape codes, text direction) spelt out.</summary>
    public static void AppendEscaped(this StringBuilder line, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '\n': line.Append("\\n"); break;
                case '\r': line.Append("\\r"); break;
                case '\t': line.Append("\\t"); break;
                default:
                    if (IsPrinted(c))
                        line.Append(c);
                    else
                        line.Append($"\\u{(int)c:x4}");
                    break;
            }
        }
    }

    private static bool IsPrinted(char c) =>
        c is >= ' ' and < '\x7f'
        || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
