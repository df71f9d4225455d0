using AfServer.Solving;
using FsCheck;
using FsCheck.Fluent;

namespace Afanasy.Tests.Solving;

/// <summary>What a map of pools says of one pool.</summary>
public sealed class PreferenceTests
{
    private static readonly string[] _paths = ["/", "/a", "/a/b", "/ab", "/b/a", "/c"];
    private static readonly string[] _entries = ["/", "/a", "/a/b", "a", "b", "/x", "c"];

    private static readonly Arbitrary<(string Path, Dictionary<string, int> Pools)> _maps =
        (from path in Gen.Elements(_paths)
         from values in Gen.Elements(0, 0, 0, -100, -50, 7, 50, 100).ArrayOf(_entries.Length)
         select (path, _entries.Zip(values).Where(entry => entry.Second != 0).ToDictionary(entry => entry.First, entry => entry.Second))).ToArbitrary();

    [Test]
    public void Forbids_restricts_and_prefers_as_the_words_of_the_contract_say() =>
        Prop.ForAll(_maps, map =>
        {
            var matching = map.Pools.Where(entry => entry.Key[0] == '/' ? map.Path.StartsWith(entry.Key, StringComparison.Ordinal) : map.Path.Contains(entry.Key)).Select(entry => entry.Value).ToList();
            int? expected = matching.Exists(value => value <= -100) || (matching.Count == 0 && map.Pools.Values.Any(value => value >= 100)) ? null : matching.Sum();
            return Fit.Preference(map.Pools, map.Path) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
