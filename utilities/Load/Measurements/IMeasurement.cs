using AfLoad.Figures;

namespace AfLoad.Measurements;

/// <summary>One thing that can be measured. Ends early, with what it has found so far or nothing, when its time is up.</summary>
internal interface IMeasurement
{
    Task<Findings> RunAsync(LoadContext context, CancellationToken cancel);
}
