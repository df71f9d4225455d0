// Above the namespaces of all tests, so that it comes after every one of them.
namespace Afanasy;

/// <summary>Ends what the test run has started of PostgreSQL.</summary>
[SetUpFixture]
public sealed class PostgresRunEnd
{
    [OneTimeTearDown]
    public static Task EndAsync() => Afanasy.Shared.PostgresRun.EndAsync();
}
