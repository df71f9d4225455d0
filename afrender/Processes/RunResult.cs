using Afanasy.Model;

namespace AfRender.Processes;

/// <summary>How a run ended; there is exactly one for each run.</summary>
/// <param name="Reason">In words for a person; empty when all went well.</param>
internal sealed record RunResult(RunOutcome Outcome, int ExitCode, string Reason, TimeSpan Elapsed);
