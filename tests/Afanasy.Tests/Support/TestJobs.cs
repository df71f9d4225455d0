namespace Afanasy.Tests.Support;

/// <summary>Jobs to submit, as the doors take them.</summary>
internal static class TestJobs
{
    /// <summary>One block of so many frames.</summary>
    public static object Frames(int frames, string name = "job", int priority = 99, string user = "anna", int errorsRetries = -1, string service = "generic", string command = "render @#@") => new
    {
        name,
        user_name = user,
        priority,
        blocks = new[] { new { name = "frames", service, frame_first = 1, frame_last = frames, command, errors_retries = errorsRetries, errors_avoid_host = 0, errors_task_same_host = 0 } },
    };

    /// <summary>Frames, and one task that waits for all of them.</summary>
    public static object FramesThenMovie(int frames) => new
    {
        name = "movie",
        user_name = "anna",
        blocks = new object[]
        {
            new { name = "frames", frame_first = 1, frame_last = frames, command = "render @#@" },
            new { name = "movie", depend_mask = "frames", tasks = new[] { new { name = "make", command = "make" } } },
        },
    };
}
