namespace AfLoad.Measurements;

/// <summary>Waits for what nobody announces.</summary>
internal static class Waiting
{
    /// <summary>Between two questions; what is waited for here is never what is measured.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(20);

    public static async Task UntilAsync(Func<Task<bool>> isSo, TimeProvider time, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_lookAgain, time);
        while (await timer.WaitForNextTickAsync(cancel) && !await isSo())
        {
            // Asked again at the next tick.
        }
    }
}
