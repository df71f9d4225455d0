using NUnit.Framework.Interfaces;

namespace Afanasy.EndToEnd.Support;

/// <summary>A fixture whose tests have a farm each; what its programs said is shown when the test has failed.</summary>
internal abstract class FarmTests
{
    protected Farm Farm { get; } = new();

    [TearDown]
    public async Task EndFarmAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed) await TestContext.Out.WriteLineAsync(Farm.Words());
        await Farm.DisposeAsync();
    }
}
