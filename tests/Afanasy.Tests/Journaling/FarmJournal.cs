using Afanasy.Simulation;
using AfServer.Engine;
using AfServer.Hosting;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>A journal of a farm with everything in it, as a server writes one: with its history, in turns, with two snapshots.</summary>
internal static class FarmJournal
{
    public const int OlderSnapshot = 60;
    public const int NewestSnapshot = 95;
    public const int TurnChanges = 5;

    /// <summary>The farm after each change, as text; the first is the empty one.</summary>
    private static readonly Lazy<IReadOnlyList<string>> _texts = new(() =>
    {
        var farm = new Farm();
        var texts = new List<string> { FarmText.Of(farm) };
        foreach (var change in new FullFarm().Changes)
        {
            Apply(farm, change);
            texts.Add(FarmText.Of(farm));
        }

        return texts;
    });

    public static int End => _texts.Value.Count - 1;

    /// <summary>How the farm reads after so many changes.</summary>
    public static string TextAfter(long sequence) => _texts.Value[(int)sequence];

    public static string TextOf(Farm farm) => FarmText.Of(farm);

    /// <summary>Writes the whole farm into a new file, and closes it.</summary>
    public static void Make(string file)
    {
        using var journal = Journals.Open(file);
        Continue(journal, new Farm());
    }

    /// <summary>Goes on with what the farm has not seen yet, until the end.</summary>
    public static void Continue(SqliteJournal journal, Farm farm, bool withSnapshots = true)
    {
        var ledger = new Ledger(journal, farm);
        ledger.Begin();
        foreach (var turn in new FullFarm().Changes.Skip((int)journal.LastSequence).Chunk(TurnChanges))
        {
            foreach (var change in turn)
            {
                ledger.Write(change);
                farm.Apply(change);
                ledger.WriteFinished();
                farm.Touches.Clear();
            }

            journal.Append(new UserAction(turn[^1].At, "anna", "desk", "edit", "farm", $"{journal.LastSequence}"));
            journal.Commit();
            if (withSnapshots && journal.LastSequence is OlderSnapshot or NewestSnapshot) journal.WriteSnapshot([.. farm.Describe(FullFarm.Noon)]);
        }
    }

    /// <summary>What a server finds at its start.</summary>
    public static (long Sequence, string Text) Started(string file)
    {
        using var journal = Journals.Open(file);
        return (journal.LastSequence, TextOf(Recovery.Recover(journal).Farm));
    }

    /// <summary>A server either refuses to start, in words that say what to do, or has all that was answered.</summary>
    public static bool Refuses(string file, long answered, string what)
    {
        try
        {
            var (sequence, text) = Started(file);
            Assert.That(sequence, Is.EqualTo(answered), what);
            Assert.That(text, Is.EqualTo(TextAfter(answered)), what);
            return false;
        }
        catch (JournalException e)
        {
            Assert.That(e.Message, Does.Contain(file).And.Contain("utilities/journal verify"), what);
            return true;
        }
    }

    private static void Apply(Farm farm, Change change)
    {
        farm.Apply(change);
        farm.Touches.Clear();
    }
}
