namespace Afanasy.EndToEnd.Support;

/// <summary>Jobs to submit, as their JSON has them.</summary>
internal static class Jobs
{
    /// <summary>A range of frames from 1, one task each.</summary>
    public static object Frames(string command, int count, int retries = 0, int capacity = 1000, string service = "generic") =>
        Of(new { name = "frames", service, flags = 1, frame_first = 1, frame_last = count, frames_per_task = 1, command, errors_retries = retries, capacity });

    /// <summary>
    /// Frames that append their number to <c>started</c>, wait for the file <c>gate.NUMBER</c> (or <c>gate</c>), and append it
    /// to <c>ended</c>: one write each, so no line is torn or lost however many write.
    /// </summary>
    public static object Gated(ScratchFolder folder, int count) => Frames(GatedCommand(folder), count);

    public static object Of(params object[] blocks) => new { name = "test", user_name = "anna", blocks };

    private static string GatedCommand(ScratchFolder folder) =>
        $"cd {folder.Path} && echo @#@ >> started && echo waiting for gate @#@ && while [ ! -e gate ] && [ ! -e gate.@#@ ]; do sleep 0.1; done && echo @#@ >> ended";
}
