using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Tests.Model;

public sealed class TaskStatesTests
{
    private static readonly TaskOrder _plain = TaskOrder.Of(new BlockDescription { Tasks = [.. Enumerable.Repeat(new TaskDescription(), 300)] });
    private static readonly TaskState[] _states = Enum.GetValues<TaskState>();

    [Test]
    public void Any_history_leaves_every_task_in_exactly_the_state_it_was_given([Values(1, 63, 64, 65, 300)] int size, [Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var states = new TaskStates(size, TaskState.Ready, _plain);
        var plain = Enumerable.Repeat(TaskState.Ready, size).ToArray();

        for (var i = 0; i < 300; i++)
        {
            var to = _states[random.Next(_states.Length)];
            if (random.Next(5) == 0)
            {
                var from = _states[random.Next(_states.Length)];
                states.MoveAll(from, to);
                plain = [.. plain.Select(state => state == from ? to : state)];
            }
            else
            {
                var task = random.Next(size);
                states.Set(task, to);
                plain[task] = to;
            }

            var (first, last) = (random.Next(size), random.Next(size));
            Assert.That(_states.Select(states.Count), Is.EqualTo(_states.Select(state => plain.Count(other => other == state))));
            Assert.That(states.First(to, first), Is.EqualTo(Array.FindIndex(plain, first, state => state == to)));
            Assert.That(states.AllFinished, Is.EqualTo(plain.All(IsFinished)));
            if (first <= last) Assert.That(states.Ended(first, last, DependOutcome.Done), Is.EqualTo(plain[first..(last + 1)].All(IsFinished)), $"{first} to {last}");
        }

        Assert.That(Enumerable.Range(0, size).Select(states.Of), Is.EqualTo(plain));
        Assert.That(states.Runs().SelectMany(run => Enumerable.Repeat(run.State, run.Last - run.First + 1)), Is.EqualTo(plain));
        Assert.That(states.Runs().Zip(states.Runs().Skip(1), (a, b) => a.State != b.State && a.Last + 1 == b.First), Has.All.True, "runs are as long as they can be and leave nothing out");
    }

    [Test]
    public void Only_so_many_runs_are_given_as_are_asked_for()
    {
        var states = new TaskStates(10, TaskState.Ready, _plain);
        foreach (var task in new[] { 1, 3, 5 }) states.Set(task, TaskState.Done);

        Assert.That(states.Runs(2), Is.EqualTo(new[] { (TaskState.Ready, 0, 0), (TaskState.Done, 1, 1) }));
        Assert.That(states.Runs(0), Is.Empty);
    }

    [Test]
    public void Moving_a_state_to_itself_or_from_nothing_changes_nothing()
    {
        var states = new TaskStates(5, TaskState.Waiting, _plain);

        states.MoveAll(TaskState.Waiting, TaskState.Waiting);
        states.MoveAll(TaskState.Done, TaskState.Error);

        Assert.That(states.Runs(), Is.EqualTo(new[] { (TaskState.Waiting, 0, 4) }));
    }

    private static bool IsFinished(TaskState state) => state is TaskState.Done or TaskState.Skipped;
}
