using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class ListCommandTests
{
    private const string Jobs = """
        {"jobs":[
         {"id":12,"serial":12,"name":"a very long name of a shot that no table may cut because scripts read it sq010_sh0200_v003","user_name":"anna","priority":99,"state":"running","tasks_total":120,"tasks_done":30,"tasks_running":4,"tasks_error":1,"tasks_skipped":6,"progress":30.7,"reason":null,"blocks":[],"new_member":[1]},
         {"id":7,"serial":7,"name":"evil\u001b[31mname","user_name":"bo","priority":5,"state":"done","tasks_total":1,"tasks_done":1,"progress":100.0,"reason":"all 4 renders are busy"}
        ],"total":2,"sequence":9}
        """;

    private static readonly string[] _golden =
    [
        "ID  STATE    PRIORITY  USER  NAME                                                                                           PROGRESS  DONE  TASKS  RUNNING  ERRORS  WHY",
        "12  running        99  anna  a very long name of a shot that no table may cut because scripts read it sq010_sh0200_v003      30 %    36    120        4       1  -",
        " 7  done            5  bo    evil?[31mname                                                                                     100 %     1      1        0       0  all 4 renders are busy",
    ];

    [Test]
    public async Task Jobs_are_plain_aligned_lines_without_a_terminal()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=0&limit=100", Jobs);

        var (code, output, error) = await CommandRun.ToEndAsync(["jobs", "--server", server.Address]);

        Assert.That(error, Is.Empty);
        Assert.That(code, Is.Zero);
        Assert.That(output.TrimEnd('\n').Split('\n').Select(Squeezed), Is.EqualTo(_golden.Select(Squeezed)));
    }

    [Test]
    public async Task A_terminal_gets_colours_and_lines_that_fit_its_width()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=0&limit=100", Jobs);

        var (_, output, _) = await CommandRun.ToEndAsync(["jobs", "--server", server.Address], isTerminal: true, width: 90);

        Assert.That(output, Does.Contain("\u001b[33mrunning"));
        var plain = System.Text.RegularExpressions.Regex.Replace(output, "\u001b\\[[0-9;]*m", "");
        Assert.That(plain, Does.Not.Contain('\u001b'), "a name must not steer the terminal");
        Assert.That(plain.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(90));
    }

    [Test]
    public async Task NO_COLOR_leaves_a_terminal_without_colours()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=0&limit=100", Jobs);

        var (_, output, _) = await CommandRun.ToEndAsync(["jobs", "--server", server.Address], isTerminal: true, variables: new() { ["NO_COLOR"] = "1" }, width: 200);

        Assert.That(output, Does.Contain("running"));
        Assert.That(output, Does.Not.Match("\u001b\\[[0-9;]*3[0-9]"));
    }

    [Test]
    public async Task Filter_sort_and_window_reach_the_server()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=20&limit=5&filter=user:anna -state:done a&b&sort=-id", """{"jobs":[],"total":0,"sequence":1}""");

        var (code, output, error) = await CommandRun.ToEndAsync(
            ["jobs", "user:anna", "-state:done", "a&b", "--sort", "-id", "--from", "20", "--limit", "5", "--server", server.Address]);

        Assert.That(error, Is.EqualTo("No jobs match 'user:anna -state:done a&b'.\n"));
        Assert.That(output, Is.Empty);
        Assert.That(code, Is.Zero);
    }

    [Test]
    public async Task A_list_that_is_cut_says_so_on_stderr()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=0&limit=100", Jobs.Replace("\"total\":2", "\"total\":5000", StringComparison.Ordinal));

        var (_, _, error) = await CommandRun.ToEndAsync(["jobs", "--server", server.Address]);

        Assert.That(error, Is.EqualTo("2 of 5000 shown. --limit (up to 1000) and --from show the others.\n"));
    }

    [TestCase("jobs", "GET /api/v1/jobs?from=0&limit=100")]
    [TestCase("job 5", "GET /api/v1/jobs/5")]
    [TestCase("tasks 5 --block 1", "GET /api/v1/jobs/5/blocks/1/tasks?from=0&limit=100")]
    [TestCase("tasks 5 --block 1 --state error,running", "GET /api/v1/jobs/5/blocks/1/tasks?from=0&limit=100&state=error,running")]
    [TestCase("why 5", "GET /api/v1/jobs/5/why")]
    [TestCase("why 5 1", "GET /api/v1/jobs/5/blocks/1/why")]
    [TestCase("why 5 1 2", "GET /api/v1/jobs/5/blocks/1/tasks/2/why")]
    [TestCase("why --render r1", "GET /api/v1/renders/r1/why")]
    [TestCase("export 5", "GET /api/v1/jobs/5/export")]
    [TestCase("render r1", "GET /api/v1/renders/r1")]
    [TestCase("user anna", "GET /api/v1/users/anna")]
    [TestCase("pool /fast", "GET /api/v1/pools?path=/fast")]
    [TestCase("branch /film", "GET /api/v1/branches?path=/film")]
    [TestCase("pools fast --sort -renders", "GET /api/v1/pools?from=0&limit=100&filter=fast&sort=-renders")]
    [TestCase("branches", "GET /api/v1/branches?from=0&limit=100")]
    [TestCase("users", "GET /api/v1/users?from=0&limit=100")]
    [TestCase("tickets", "GET /api/v1/tickets?from=0&limit=100")]
    [TestCase("services", "GET /api/v1/services?from=0&limit=100")]
    [TestCase("renders state:idle", "GET /api/v1/renders?from=0&limit=100&filter=state:idle")]
    [TestCase("log-level", "GET /api/v1/log-level")]
    public async Task Json_passes_through_untouched(string line, string request)
    {
        const string Json = """{"sequence": 12345678901234567890,  "new": {"a": [1.50]}}""";
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(request, Json);

        var (code, output, error) = await CommandRun.ToEndAsync([.. line.Split(' '), "--json"], variables: new() { ["AF_SERVER"] = server.Address });

        Assert.That(error, Is.Empty);
        Assert.That(code, Is.Zero);
        Assert.That(output, Is.EqualTo(Json + "\n"));
    }

    [Test]
    public async Task Tasks_of_all_blocks_are_one_table()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs/5", """{"id":5,"name":"shot","blocks":[{"block":0},{"block":1}]}""");
        server.Answer("GET /api/v1/jobs/5/blocks/0/tasks?from=0&limit=100",
            """{"tasks":[{"task":3,"name":"frame 4","state":"error","run":2,"render":"box7","started":"2026-11-22T06:00:00.500Z","ended":"2026-11-22T06:01:05.500Z","progress":50,"exit_code":9,"reason":"out of memory"}],"total":1}""");
        server.Answer("GET /api/v1/jobs/5/blocks/1/tasks?from=0&limit=100", """{"tasks":[{"task":0,"name":"movie","state":"waiting","run":0,"render":null,"started":null}],"total":1}""");

        var (code, output, error) = await CommandRun.ToEndAsync(["tasks", "5", "--server", server.Address]);

        Assert.That(error, Is.Empty);
        Assert.That(code, Is.Zero);
        Assert.That(output, Is.EqualTo(
            """
            BLOCK  TASK  STATE    NAME     RENDER  RUN  STARTED                 TIME  PROGRESS  EXIT  NOTE
                0     3  error    frame 4  box7      2  2026-11-22 06:00:00Z  1m 05s      50 %     9  out of memory
                1     0  waiting  movie    -         -  -                          -       0 %     -  -

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task A_job_is_shown_with_its_blocks()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs/5", """
            {"id":5,"name":"shot","user_name":"anna","host_name":"desk","priority":99,"state":"running","tasks_total":11,"tasks_done":4,"tasks_running":1,"tasks_waiting":6,"progress":36.4,"time_creation":"2026-11-22T06:00:00Z",
             "blocks":[{"block":0,"name":"render","service":"blender","numeric":true,"frame_first":1,"frame_last":10,"state":"running","tasks_total":10,"tasks_done":4,"tasks_running":1,"progress":40},
                       {"block":1,"name":"movie","service":"ffmpeg","numeric":false,"state":"waiting","tasks_total":1,"depend_mask":"render","progress":0}]}
            """);

        var (code, output, _) = await CommandRun.ToEndAsync(["job", "5", "--server", server.Address]);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("progress  36 %, 11 tasks: 4 done, 1 running, 6 waiting\n").And.Contain("created   2026-11-22 06:00:00Z\n"));
        Assert.That(output, Does.Contain("    1  waiting  movie   ffmpeg   -       render       0 %     0      1        0       0\n"));
    }

    [Test]
    public async Task Why_is_a_sentence_and_a_table()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs/5/why", """{"job":5,"state":"ready","reason":"No render offers it.","advice":"Add the service.","renders":3,"fitting":1,"excluded":[{"reason":"offline","count":1,"detail":"not connected","advice":"Start it."},{"reason":"service","count":2,"detail":"none offers houdini","advice":"Add the service."}]}""");

        var (_, output, _) = await CommandRun.ToEndAsync(["why", "5", "--server", server.Address]);

        Assert.That(output, Is.EqualTo(
            """
            Job 5 is ready: No render offers it.
            What helps: Add the service.
            RENDERS  REASON   DETAIL               WHAT HELPS
                  1  offline  not connected        Start it.
                  2  service  none offers houdini  Add the service.
                  1  -        fits                 -

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task Why_has_colours_on_a_terminal()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs/5/why", """{"job":5,"state":"ready","reason":"No.","advice":"Do.","renders":1,"excluded":[{"reason":"service","count":1,"detail":"none","advice":"Do."}]}""");

        var (_, output, _) = await CommandRun.ToEndAsync(["why", "5", "--server", server.Address], isTerminal: true);

        Assert.That(output, Does.Match("\u001b\\[[0-9;]*mJob 5 is ready").And.Match("\u001b\\[[0-9;]*mWhat helps: Do.").And.Match("\u001b\\[[0-9;]*mservice"));
    }

    [Test]
    public async Task Renders_show_load_and_what_they_run()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/renders?from=0&limit=100", """
            {"renders":[{"id":1,"name":"box7","state":"busy","pool":"/fast","priority":99,"nimby":true,"user_name":"anna","sick":true,"sleep":"awake","capacity":2000,"capacity_used":1000,"cores":64,"services":["blender","ffmpeg"],"last_seen":"2026-11-22T06:00:00Z","load":{"cpu_percent":87.5,"memory_total_mb":65536,"memory_free_mb":32768},"tasks":[{"job":5,"block":0,"task":3}]},
                        {"id":2,"name":"old","state":"offline","capacity":1000,"load":null,"tasks":[]}],"total":2}
            """);

        var (_, output, _) = await CommandRun.ToEndAsync(["renders", "--server", server.Address]);

        Assert.That(output, Does.Contain(" 1  busy     box7  /fast  nimby of anna, sick  1000/2000  87 %  32.0/64.0 GB     64  blender,ffmpeg  5/0/3  2026-11-22 06:00:00Z\n"));
        Assert.That(output, Does.Contain(" 2  offline  old   -      -                       0/1000     -             -      0  -               -      -\n"));
    }

    private static string Squeezed(string line) => System.Text.RegularExpressions.Regex.Replace(line, " +", " ");
}
