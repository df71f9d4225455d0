using System.Text.Json.Nodes;

namespace AfCmd.Commands;

/// <summary>One kind of thing that is listed, shown and acted upon alike: renders, pools, branches, users.</summary>
internal sealed record NodeKind(string One, string Many, string Description)
{
    /// <summary>What names one: a name or a path.</summary>
    public string Key { get; init; } = "NAME";

    public string Example { get; init; } = "";

    /// <summary>It is named by a path, so it stands in the query of an address.</summary>
    public bool IsPath => Key == "PATH";

    public IReadOnlyList<NodeOperation> Operations { get; init; } = [];

    public IReadOnlyList<string> Examples { get; init; } = [];

    public string ShowAddress(string key) => IsPath ? $"{Many}?path={Uri.EscapeDataString(key)}" : $"{Many}/{Uri.EscapeDataString(key)}";

    public string ActAddress(string key) => IsPath ? $"{Many}/actions?path={Uri.EscapeDataString(key)}" : $"{Many}/{Uri.EscapeDataString(key)}/actions";

    /// <summary>The operation that begins a line, and the words behind it.</summary>
    public (NodeOperation? Operation, IReadOnlyList<string> Words) Find(IReadOnlyList<string> words)
    {
        var found = Operations.Where(operation => operation.Begins(words)).MaxBy(operation => operation.Words.Count);
        return (found, found is null ? words : [.. words.Skip(found.Words.Count)]);
    }
}

/// <summary>One thing to do: the words for it, and what they are to the server.</summary>
internal sealed record NodeOperation(string Name, string Operation, string Description)
{
    /// <summary>Makes the thing instead of acting on it.</summary>
    public const string Create = "create";

    public IReadOnlyList<string> Words => Name.Split(' ');

    /// <summary>Parameters that the name itself says, as JSON.</summary>
    public string Fixed { get; init; } = "{}";

    /// <summary>Parameters that may be given by their place alone, in this order.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>Places that must be filled.</summary>
    public int PlacesNeeded { get; init; }

    /// <summary>Takes further <c>field=value</c> words.</summary>
    public bool TakesFields { get; init; }

    public bool NeedsFields { get; init; }

    /// <summary>What it does is not easily undone.</summary>
    public bool Asks { get; init; }

    public string Usage => string.Join(' ', [Name, .. Places.Select((place, i) => i < PlacesNeeded ? place.ToUpperInvariant() : $"[{place.ToUpperInvariant()}]"), .. TakesFields ? ["FIELD=VALUE…"] : Array.Empty<string>()]);

    public bool Begins(IReadOnlyList<string> words) =>
        words.Count >= Words.Count && Words.Zip(words).All(pair => pair.First == pair.Second || pair.First == pair.Second.Replace('_', '-'));

    public FieldWords Read(IReadOnlyList<string> rest, Action<string> problem)
    {
        var fields = new FieldWords();
        foreach (var (name, value) in JsonNode.Parse(Fixed)!.AsObject()) fields.Parameters[name] = value?.DeepClone();   // it is ours
        var placed = 0;
        while (placed < Places.Count && placed < rest.Count && !Places.Any(place => rest[placed].StartsWith($"{place}=", StringComparison.Ordinal)))
        {
            fields.Add(Places[placed], rest[placed]);
            placed++;
        }

        foreach (var word in rest.Skip(placed))
        {
            if (TakesFields || Places.Any(place => word.StartsWith($"{place}=", StringComparison.Ordinal))) fields.Add(word, Name, problem);
            else problem($"{Name}: takes no '{word}'; it is used so: {Usage}");
        }

        foreach (var missing in Places.Take(PlacesNeeded).Where(place => !fields.Parameters.ContainsKey(place))) problem($"{Name}: {missing} is missing; it is used so: {Usage}");
        if (NeedsFields && fields.Parameters.Count == 0) problem($"{Name}: say what to change, such as priority=50");
        return fields;
    }
}
