using AfServer.Journaling.Postgres;

namespace Afanasy.Tests.Journaling.Postgres;

internal sealed class PostgresDatabaseTests
{
    [TestCase("Host=db1;Database=farm;Username=af;Password=secret", "db1:5432/farm")]
    [TestCase("Host=db1;Port=6000;Database=farm", "db1:6000/farm")]
    [TestCase("postgresql://af:se%20cret@db1:6000/farm", "db1:6000/farm")]
    [TestCase("Host=db1,db2:6000;Database=farm;Target Session Attributes=primary", "db1:5432,db2:6000/farm")]
    [TestCase("postgres://db1/farm?sslmode=require", "db1:5432/farm")]
    public void A_connection_is_written_as_keywords_or_as_an_address_and_shown_without_its_password(string connection, string place)
    {
        Assert.That(PostgresDatabase.Problem(connection), Is.Null);
        Assert.That(new PostgresDatabase(connection).Place, Is.EqualTo(place));
    }

    [TestCase("", "names no host")]
    [TestCase("Host=db1", "names no database")]
    [TestCase("Host=db1;Database=farm;Pasword=secret", "cannot be read")]
    [TestCase("postgresql://db1", "names no database")]
    [TestCase("postgresql://af:secret@db1:port/farm", "cannot be read")]
    [TestCase("Host=db1;Database=farm;Target Session Attributes=primary;Password=secret", "cannot be used")]
    public void A_connection_that_is_none_is_said_without_repeating_it(string connection, string problem) =>
        Assert.That(PostgresDatabase.Problem(connection), Does.StartWith(problem).And.Not.Contain("secret"));
}
