using System.Diagnostics;

namespace Afanasy.EndToEnd.Support;

/// <summary>Waits for a condition that nobody announces, with a limit, and says what it waited for.</summary>
internal static class Until
{
    /// <summary>Far more than anything here takes: a limit for what never comes, on a machine that is busy with other things.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(25);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > _longest) throw new TimeoutException($"Waited {_longest.TotalSeconds} s for: {what}");
            await Task.Delay(_lookAgain);
        }
    }
}
