using System.Diagnostics;

namespace Afanasy.Tests.Support;

/// <summary>Waits for a condition that nobody announces, with a limit, and says what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > _longest) Assert.Fail($"Waited {_longest.TotalSeconds} s for: {what}");
            await Task.Delay(_lookAgain);
        }
    }
}
