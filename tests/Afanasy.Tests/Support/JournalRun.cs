using AfJournal;
using AfJournal.Words;

namespace Afanasy.Tests.Support;

/// <summary>One run of the journal tool in this process: how it ended and what it wrote.</summary>
internal sealed record JournalRun(int Code, string Out, string Error)
{
    public string Said => Out + Error;

    public static JournalRun Of(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = JournalProgram.Run(words, new Screen(output, error, false, false, _ => null), TimeProvider.System);
        return new JournalRun(code, output.ToString(), error.ToString());
    }
}
