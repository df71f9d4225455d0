using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Messages;

/// <summary>
/// Reads and writes the elements of an array by position. "Next…" takes one of the elements that are left; one that is missing at
/// the end, or nil, has its default.
/// </summary>
internal static class Elements
{
    internal delegate void WriteElement<in T>(ref MessagePackWriter writer, T element);

    internal delegate T ReadElement<out T>(ref MessagePackReader reader);

    /// <summary>How many elements <paramref name="what"/> has; refused when even the required ones are not there.</summary>
    public static int ReadElements(this ref MessagePackReader reader, string what, int required)
    {
        var left = reader.ReadArrayHeader();
        return left >= required ? left : throw new WireException($"{what} of {left} elements, {required} are required.");
    }

    /// <summary>Passes over what a newer peer has added.</summary>
    public static void SkipElements(this ref MessagePackReader reader, int left)
    {
        for (; left > 0; left--) reader.Skip();
    }

    public static bool NextBoolean(this ref MessagePackReader reader, ref int left) =>
        reader.HasNext(ref left) && reader.ReadBoolean();

    public static int NextInt32(this ref MessagePackReader reader, ref int left, int missing = 0) =>
        reader.HasNext(ref left) ? reader.ReadInt32() : missing;

    public static long NextInt64(this ref MessagePackReader reader, ref int left, long missing = 0) =>
        reader.HasNext(ref left) ? reader.ReadInt64() : missing;

    /// <summary>A finite number: no door of the farm could pass another one on.</summary>
    public static double NextDouble(this ref MessagePackReader reader, ref int left)
    {
        var number = reader.HasNext(ref left) ? reader.ReadDouble() : 0;
        return double.IsFinite(number) ? number : throw new WireException("A number that is not finite.");
    }

    public static string NextName(this ref MessagePackReader reader, ref int left) =>
        reader.NextText(ref left, MessageLimits.NameCharsMax);

    public static string NextSentence(this ref MessagePackReader reader, ref int left) =>
        reader.NextText(ref left, MessageLimits.SentenceCharsMax);

    public static string NextText(this ref MessagePackReader reader, ref int left, int charsMax = WireLimits.StringBytesMax)
    {
        var text = reader.HasNext(ref left) ? reader.ReadString() ?? "" : "";
        return text.Length <= charsMax ? text : throw new WireException($"A text of {text.Length} characters where the limit is {charsMax}.");
    }

    public static TaskRunId NextRun(this ref MessagePackReader reader, ref int left)
    {
        left--;
        return ReadRun(ref reader);
    }

    public static IReadOnlyList<T> NextList<T>(this ref MessagePackReader reader, ref int left, ReadElement<T> read)
    {
        if (!reader.HasNext(ref left)) return [];

        var elements = new T[reader.ReadArrayHeader()];
        for (var i = 0; i < elements.Length; i++) elements[i] = read(ref reader);
        return elements;
    }

    public static IReadOnlyDictionary<string, string> NextTexts(this ref MessagePackReader reader, ref int left)
    {
        var texts = new Dictionary<string, string>();
        if (!reader.HasNext(ref left)) return texts;

        for (var pairs = reader.ReadMapHeader(); pairs > 0; pairs--)
        {
            var key = reader.ReadString() ?? throw new WireException("A map has nil for a key.");
            if (!texts.TryAdd(key, reader.ReadString() ?? "")) throw new WireException($"A map has '{key}' twice.");
        }

        return texts;
    }

    /// <summary>True when there is one and it is not nil; it counts as taken either way.</summary>
    public static bool HasNext(this ref MessagePackReader reader, ref int left) => left > 0 && left-- > 0 && !reader.TryReadNil();

    public static string ReadName(ref MessagePackReader reader)
    {
        var left = 1;
        return reader.NextName(ref left);
    }

    public static string ReadText(ref MessagePackReader reader) => reader.ReadString() ?? "";

    public static int ReadNumber(ref MessagePackReader reader) => reader.ReadInt32();

    public static TaskRunId ReadRun(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A run id", required: 4);
        var run = new TaskRunId(
            new JobId(reader.NextInt32(ref left)),
            reader.NextInt32(ref left),
            reader.NextInt32(ref left),
            reader.NextInt32(ref left));
        reader.SkipElements(left);
        return run is { Job.Value: >= 0, Block: >= 0, Task: >= 0, Run: >= 0 } ? run : throw new WireException($"{run} has a negative number.");
    }

    public static void WriteRun(ref MessagePackWriter writer, TaskRunId run)
    {
        writer.WriteArrayHeader(4);
        writer.Write(run.Job.Value);
        writer.Write(run.Block);
        writer.Write(run.Task);
        writer.Write(run.Run);
    }

    public static void WriteText(ref MessagePackWriter writer, string text) => writer.Write(text);

    public static void WriteNumber(ref MessagePackWriter writer, int number) => writer.Write(number);

    /// <summary>Writes as much of a sentence as the reader takes: words for a person must not cost the connection.</summary>
    public static void WriteSentence(this ref MessagePackWriter writer, string sentence) =>
        writer.Write(sentence.Length <= MessageLimits.SentenceCharsMax ? sentence : Cut(sentence));

    public static void WriteList<T>(this ref MessagePackWriter writer, IReadOnlyList<T> elements, WriteElement<T> write)
    {
        writer.WriteArrayHeader(elements.Count);
        for (var i = 0; i < elements.Count; i++) write(ref writer, elements[i]);
    }

    public static void WriteTexts(this ref MessagePackWriter writer, IReadOnlyDictionary<string, string> texts)
    {
        writer.WriteMapHeader(texts.Count);
        foreach (var (key, text) in texts)
        {
            writer.Write(key);
            writer.Write(text);
        }
    }

    private static string Cut(string sentence)
    {
        var end = MessageLimits.SentenceCharsMax - 1;
        if (char.IsHighSurrogate(sentence[end - 1])) end--;
        return sentence[..end] + "…";
    }
}
