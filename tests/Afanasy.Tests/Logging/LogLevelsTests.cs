using Afanasy.Logging;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Logging;

internal sealed class LogLevelsTests
{
    private readonly LogLevels _levels = new(typeof(AfServer.Model.Change).Assembly);

    [Test]
    public void At_first_the_farm_informs_and_the_framework_warns()
    {
        Assert.That(_levels.Of("model"), Is.EqualTo(LogLevel.Information));
        Assert.That(_levels.Of("http"), Is.EqualTo(LogLevel.Warning));
        Assert.That(_levels.Of("dotnet"), Is.EqualTo(LogLevel.Warning));
        Assert.That(_levels.ToString(), Is.EqualTo("*=info,dotnet=warning,http=warning"));
    }

    [Test]
    public void The_subsystems_are_the_rooms_of_the_program_and_of_lib() =>
        Assert.That(_levels.Subsystems, Is.SupersetOf(new[] { "dotnet", "http", "journaling", "messages", "model", "settings" }));

    [TestCase("debug", "*=debug,dotnet=warning,http=warning")]
    [TestCase("model=debug,*=error", "*=error,dotnet=warning,http=warning,model=debug")]
    [TestCase(" Model = TRACE , http=off ", "*=info,dotnet=warning,http=off,model=trace")]
    [TestCase("", "*=info,dotnet=warning,http=warning")]
    [TestCase("http=debug,http=default,*=off,*=default", "*=info,dotnet=warning,http=warning")]
    public void A_text_changes_what_it_names(string text, string all)
    {
        Assert.That(_levels.Set(text), Is.Empty);
        Assert.That(_levels.ToString(), Is.EqualTo(all));
    }

    [Test]
    public void What_is_printed_sets_the_same_levels()
    {
        _levels.Set("model=debug,journaling=off,*=critical,http=trace");
        var other = new LogLevels(typeof(AfServer.Model.Change).Assembly);

        Assert.That(other.Set(_levels.ToString()), Is.Empty);
        Assert.That(other.ToString(), Is.EqualTo(_levels.ToString()));
    }

    [Test]
    public void A_level_of_its_own_can_be_taken_back()
    {
        _levels.Set("model=debug");
        _levels.Set("model=default,*=error");

        Assert.That(_levels.Of("model"), Is.EqualTo(LogLevel.Error));
    }

    [TestCase("loud", "'loud' is no level; allowed are trace, debug, info, warning, error, critical, off, and default.")]
    [TestCase("model=", "'' is no level; allowed are trace")]
    [TestCase("model=1", "'1' is no level; allowed are trace")]
    [TestCase("=debug", "'' is no subsystem; allowed are *")]
    [TestCase("modle=debug", "'modle' is no subsystem, did you mean 'model'?")]
    public void A_wrong_word_is_named_with_what_is_allowed(string text, string problem) =>
        Assert.That(_levels.Set(text), Has.Exactly(1).StartsWith(problem));

    [Test]
    public void A_text_with_mistakes_changes_nothing_and_all_of_them_are_named()
    {
        Assert.That(_levels.Set("model=debug,zzz=loud,*=quiet"), Has.Count.EqualTo(3));
        Assert.That(_levels.ToString(), Is.EqualTo("*=info,dotnet=warning,http=warning"));
        Assert.That(LogLevels.Problems("zzz=loud", typeof(AfServer.Model.Change).Assembly), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_text_of_any_length_is_refused() =>
        Assert.That(_levels.Set(new string('x', 5000)).Single(), Does.Contain("5000 characters"));
}
