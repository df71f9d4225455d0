using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class StoredTextTests
{
    [TestCase("")]
    [TestCase("render -f 1 \"a b\"")]
    [TestCase("рендер 文 🎬")]
    public void The_command_of_a_task_is_what_was_given(string command)
    {
        var task = new TaskDescription { Name = "t", Command = command };

        Assert.That((task.Command, (task with { Name = "u" }).Command), Is.EqualTo((command, command)));
    }

    [Test]
    public void Tasks_are_equal_when_their_commands_are()
    {
        var (task, same, other) = (new TaskDescription { Command = "a" }, new TaskDescription { Command = "a" }, new TaskDescription { Command = "b" });

        Assert.That(same, Is.EqualTo(task));
        Assert.That(same.GetHashCode(), Is.EqualTo(task.GetHashCode()));
        Assert.That(other, Is.Not.EqualTo(task));
    }

    [Test]
    public void Tasks_of_a_list_share_what_is_empty()
    {
        using var json = System.Text.Json.JsonDocument.Parse("""{"name":"j","user_name":"u","blocks":[{"tasks":[{"command":"a","files":[],"environment":{},"depends_on":[]},{"command":"b","files":[],"environment":{},"depends_on":[]}]}]}""");

        var tasks = JobJson.Read(json.RootElement).Description.Blocks[0].Tasks;

        Assert.That(tasks[1].Files, Is.SameAs(tasks[0].Files));
        Assert.That(tasks[1].DependsOn, Is.SameAs(tasks[0].DependsOn));
        Assert.That(tasks[1].Environment, Is.SameAs(tasks[0].Environment));
    }
}
