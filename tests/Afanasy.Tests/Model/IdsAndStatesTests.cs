using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class IdsAndStatesTests
{
    [Test]
    public void Ids_say_what_they_number()
    {
        var run = new TaskRunId(new JobId(12), 0, 5, 2);

        Assert.That(new object[] { run.Job, run.TaskId.BlockId, run.TaskId, run, new RenderId(7) }.Select(id => id.ToString()), Is.EqualTo(new[] { "J12", "J12[0]", "J12[0][5]", "J12[0][5]#2", "R7" }));
    }

    [Test]
    public void Ids_are_ordered_by_number()
    {
        Assert.That(new[] { new JobId(10), new JobId(9) }.Order(), Is.EqualTo(new[] { new JobId(9), new JobId(10) }));
        Assert.That(new[] { new RenderId(10), new RenderId(9) }.Order(), Is.EqualTo(new[] { new RenderId(9), new RenderId(10) }));
    }

    [Test]
    public void Every_state_has_a_word_of_its_own_and_comes_back_from_it()
    {
        foreach (var state in Enum.GetValues<TaskState>())
        {
            Assert.That(StateNames.TryParse(state.Word(), out var back), Is.True);
            Assert.That(back, Is.EqualTo(state));
        }

        Assert.That(Enum.GetValues<JobState>().Select(state => state.Word()), Is.EqualTo(new[] { "waiting", "ready", "running", "error", "done", "paused" }));
        Assert.That(Enum.GetValues<RunOutcome>().Select(outcome => outcome.Word()), Is.EqualTo(new[]
        {
            "done", "failed", "stopped", "not started", "render lost", "parser error", "fatal error", "bad result", "licence shortage", "out of memory",
            "post command failed", "bad files", "skipped", "too short",
        }));
    }

    [TestCase("")]
    [TestCase("Done")]
    [TestCase("3")]
    public void A_word_that_is_none_is_no_state(string word) => Assert.That(StateNames.TryParse(word, out _), Is.False);

    [Test]
    public void What_is_no_state_has_no_word()
    {
        Assert.That(() => ((TaskState)99).Word(), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ((JobState)99).Word(), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ((RunOutcome)99).Word(), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
