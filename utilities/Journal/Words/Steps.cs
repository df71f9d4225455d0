namespace AfJournal.Words;

/// <summary>Tells somebody who waits what is being done.</summary>
internal sealed class Steps(Action<string> begin, Action<string> go)
{
    /// <summary>Things that are counted between two looks: some milliseconds of work.</summary>
    private const int CountedPerLook = 10_000;

    private string _what = "";

    public static Steps Silent { get; } = new(_ => { }, _ => { });

    public void Begin(string what)
    {
        _what = what;
        begin(what);
    }

    public void Count(long done, string things)
    {
        if (done % CountedPerLook == 0) go($"{_what}: {done:N0} {things}");
    }
}
