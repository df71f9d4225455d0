using AfServer.Model;

namespace Afanasy.Tests.Model;

public sealed class TaskSetTests
{
    private static readonly int[] _sizes = [1, 2, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 262143, 262144, 262145];

    [TestCaseSource(nameof(_sizes))]
    public void Any_history_gives_what_a_plain_set_gives(int size)
    {
        var random = new Random(size);
        var (set, plain) = (new TaskSet(size), new SortedSet<int>());
        int Somewhere() => random.Next(4) switch
        {
            0 => random.Next(Math.Min(size, 3)),
            1 => size - 1 - random.Next(Math.Min(size, 3)),
            2 => Math.Min(size - 1, (random.Next((size / 64) + 1) * 64) + random.Next(2)),
            _ => random.Next(size),
        };

        for (var i = 0; i < 4000; i++)
        {
            var task = Somewhere();
            if (random.Next(1000) == 0)
            {
                set.Fill();
                plain.UnionWith(Enumerable.Range(0, size));
                Enumerable.Range(0, size).Where(number => number % 100 != 0).ToList().ForEach(number => { set.Remove(number); plain.Remove(number); });
            }
            else if (random.Next(2) == 0)
            {
                set.Add(task);
                plain.Add(task);
            }
            else
            {
                set.Remove(task);
                plain.Remove(task);
            }

            var from = Somewhere();
            Assert.That(set.Count, Is.EqualTo(plain.Count));
            Assert.That(set.Contains(from), Is.EqualTo(plain.Contains(from)));
            Assert.That(set.First(from), Is.EqualTo(plain.GetViewBetween(from, size).DefaultIfEmpty(-1).First()), $"from {from}");
        }

        Assert.That(Members(set), Is.EqualTo(plain));
    }

    [TestCaseSource(nameof(_sizes))]
    public void A_full_set_has_every_task_and_nothing_beyond(int size)
    {
        var set = new TaskSet(size);
        set.Fill();

        Assert.That(set.Count, Is.EqualTo(size));
        Assert.That(Members(set), Is.EqualTo(Enumerable.Range(0, size)));
        Assert.That(set.First(size), Is.EqualTo(-1));
        Assert.That(set.First(int.MaxValue), Is.EqualTo(-1));
    }

    [TestCaseSource(nameof(_sizes))]
    public void A_lonely_task_is_found_from_everywhere_below_it(int size)
    {
        foreach (var task in new[] { 0, size / 2, size - 1 })
        {
            var set = new TaskSet(size);
            set.Add(task);
            foreach (var from in new[] { 0, task / 2, Math.Max(0, task - 64), Math.Max(0, task - 1), task }) Assert.That(set.First(from), Is.EqualTo(task), $"{task} from {from}");
            Assert.That(set.First(task + 1), Is.EqualTo(-1));
        }
    }

    [Test]
    public void A_set_of_nothing_is_empty() => Assert.That((new TaskSet(0).Count, new TaskSet(0).First()), Is.EqualTo((0, -1)));

    private static IEnumerable<int> Members(TaskSet set)
    {
        for (var task = set.First(); task >= 0; task = set.First(task + 1)) yield return task;
    }
}
