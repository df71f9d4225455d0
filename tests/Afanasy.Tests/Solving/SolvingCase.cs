using System.Text;
using Afanasy.Tests.Architecture;

namespace Afanasy.Tests.Solving;

/// <summary>One line of a case: where it stands, its first word, and the rest without the reason after a double dash.</summary>
internal sealed record CaseLine(string File, int Number, string Verb, string Rest)
{
    public override string ToString() => $"{File}:{Number}: {Verb} {Rest}";
}

/// <summary>
/// A case of the tables in <c>fixtures</c>: a heading with the attributes that it shows, and indented lines that build a farm and say
/// what must come of it. How the lines read is told in <c>doc/solving.md</c>.
/// </summary>
internal sealed record SolvingCase(string File, string Title, IReadOnlyList<CaseLine> Lines)
{
    private const string Heading = "## ";
    private const string Indent = "    ";
    private const string Reason = " -- ";

    public static IReadOnlyList<SolvingCase> All { get; } = [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests", "Afanasy.Tests", "Solving", "fixtures"), "*.md").Order(StringComparer.Ordinal).SelectMany(Read)];

    /// <summary>The attributes whose effect it shows: "priority, offline of a job: …" are two rows of a job.</summary>
    public IEnumerable<(string Of, string Name)> Rows
    {
        get
        {
            var subject = Title.Split(':')[0].Split(" of a ");
            if (subject.Length != 2) return [];
            return subject[0].Split(", ").SelectMany(name => subject[1].Split(" or a ").Select(of => (of, name)));
        }
    }

    public override string ToString() => Title;

    /// <summary>Words of a line; quotes and brackets keep blanks within a word.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var (words, word, depth, quoted) = (new List<string>(), new StringBuilder(), 0, false);
        foreach (var letter in text)
        {
            if (letter == '"') quoted = !quoted;
            if (!quoted && letter is '{' or '[') depth++;
            if (!quoted && letter is '}' or ']') depth--;
            if (letter != ' ' || quoted || depth > 0)
            {
                word.Append(letter);
                continue;
            }

            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }

        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }

    private static IEnumerable<SolvingCase> Read(string path)
    {
        var file = Path.GetFileName(path);
        SolvingCase? current = null;
        var (lines, number) = (new List<CaseLine>(), 0);
        foreach (var text in System.IO.File.ReadLines(path))
        {
            number++;
            if (text.StartsWith(Heading, StringComparison.Ordinal))
            {
                if (current is not null) yield return current with { Lines = [.. lines] };
                current = new SolvingCase(file, text[Heading.Length..].Trim(), []);
                lines.Clear();
            }
            else if (text.StartsWith(Indent, StringComparison.Ordinal) && current is not null)
            {
                lines.Add(LineOf(file, number, text));
            }
        }

        if (current is not null) yield return current with { Lines = [.. lines] };
    }

    private static CaseLine LineOf(string file, int number, string text)
    {
        var said = text.Split(Reason)[0].Trim();
        var (verb, rest) = said.IndexOf(' ') is > 0 and var cut ? (said[..cut], said[(cut + 1)..].Trim()) : (said, "");
        return new CaseLine(file, number, verb, rest);
    }
}
