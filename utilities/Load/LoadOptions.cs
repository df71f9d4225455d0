using System.CommandLine;
using AfLoad.Measurements;
using AfLoad.Servers;

namespace AfLoad;

/// <summary>A command that measures something.</summary>
internal sealed class MeasurementCommand(string name, string description, Func<ParseResult, IMeasurement> make) : Command(name, description)
{
    public Func<ParseResult, IMeasurement> Make => make;
}

/// <summary>The commands and options, with their limits: what one machine can simulate, not what a farm can take.</summary>
internal sealed class LoadOptions
{
    /// <summary>A process has some 20,000 sockets.</summary>
    private const int RendersMax = 15_000;

    private const int SlotsMax = 1_000;
    private const int JobsMax = 1_000_000;
    private const int TasksMax = 10_000_000;

    /// <summary>A submission that a server takes has some dozens of megabytes; a listed task takes over a hundred bytes of it.</summary>
    private const int ListedMax = 200_000;

    private const int ClientsMax = 1_000;
    private const int SecondsMax = 24 * 3600;
    private const int MillisecondsMax = 24 * 3600 * 1000;
    private const int UsersMax = 10_000;

    /// <summary>Each takes seconds.</summary>
    private const int RoundsMax = 1_000;

    /// <summary>Each asks for one less of what a task takes by default, and the last one must ask for something.</summary>
    private const int NeedsMax = Afanasy.Model.BlockDescription.CapacityDefault;

    private readonly Option<ServerAddress?> _server = new("--server")
    {
        Description = "Measure this server instead of one that is started for it.",
        HelpName = "HOST:PORT",
        Recursive = true,
        CustomParser = result =>
        {
            if (ServerAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
            result.AddError($"--server: must be HOST:PORT, was '{result.Tokens[0].Value}'");
            return null;
        },
    };

    private readonly Option<string> _folder = Text("--data", Path.GetTempPath(), "DIR", "Where the server that is started keeps its data: on the disk to be measured.");
    private readonly Option<string> _serverProgram = Text("--afserver", Path.Combine(AppContext.BaseDirectory, "afserver.dll"), "FILE", "The server program to start.");
    private readonly Option<string> _renderProgram = Text("--afrender", Path.Combine(AppContext.BaseDirectory, "afrender.dll"), "FILE", "The render program to start.");

    private readonly Option<string> _store = new("--store")
    {
        Description = "Where the server that is started keeps its facts: sqlite or postgres.",
        HelpName = "STORE",
        DefaultValueFactory = _ => StoreChoice.SqliteName,
        Recursive = true,
        CustomParser = result =>
        {
            var store = result.Tokens[0].Value;
            if (store is not (StoreChoice.SqliteName or StoreChoice.PostgresName)) result.AddError($"--store: must be sqlite or postgres, was '{store}'");
            return store;
        },
    };

    private readonly Option<string> _postgres = Text("--postgres", "", "CONNECTION", "The empty database for --store postgres.");

    public Option<bool> Json { get; } = new("--json") { Description = "Print the figures as one line of JSON.", Recursive = true };

    public Option<int> Seconds { get; } = Number("--seconds", 300, SecondsMax, "How long it may take; what was found until then is printed.", recursive: true);

    public RootCommand Root() => new("loadfarm: measures a real afserver with simulated renders and submitters. It starts a server of its own, on a free port and with fresh data, and ends it, unless --server names another one. Figures go to stdout, progress to stderr.")
    {
        _server, _store, _postgres, _folder, _serverProgram, _renderProgram, Json, Seconds,
        Latency(), Throughput(), Slots(), Submit(), Memory(), Restart(), Reconnect(), Failover(), Idle(),
    };

    public LoadContext Context(ParseResult line, TextWriter progress, TimeProvider time) => new(
        line.GetValue(_server),
        new ProgramFiles(line.GetRequiredValue(_serverProgram), line.GetRequiredValue(_renderProgram)),
        line.GetRequiredValue(_folder),
        progress,
        time)
    {
        Store = new StoreChoice(line.GetRequiredValue(_store), line.GetRequiredValue(_postgres)),
    };

    /// <summary>What is wrong between options that are right by themselves.</summary>
    public string? Conflict(ParseResult line) => (line.GetRequiredValue(_store), line.GetRequiredValue(_postgres)) switch
    {
        (StoreChoice.PostgresName, "") => "--postgres: is needed with --store postgres",
        (StoreChoice.SqliteName, not "") => "--postgres: is for --store postgres",
        _ => null,
    };

    private static MeasurementCommand Latency()
    {
        var count = Number("--count", 500, JobsMax, "Jobs that are submitted, one after the other.");
        var real = new Option<bool>("--real") { Description = "With a real afrender, until the process of the task runs." };
        return new("latency", "From a submission to the start of its first task on an idle render.", line => line.GetValue(real) ? new RealLatencyMeasurement(line.GetValue(count)) : new LatencyMeasurement(line.GetValue(count)))
        {
            count, real,
        };
    }

    private static MeasurementCommand Throughput()
    {
        var renders = Number("--renders", 100, RendersMax, "Simulated renders.");
        var slots = Number("--slots", 10, SlotsMax, "Tasks that each of them runs at a time.");
        var jobs = Number("--jobs", 10, JobsMax, "Jobs that wait when it begins.");
        var tasks = Number("--tasks", 10_000, TasksMax, "Tasks of each job.");
        var users = Number("--users", 20, UsersMax, "Users that the jobs are of.");
        var needs = Number("--needs", 1, NeedsMax, "Kinds of need among the jobs: each asks for another capacity.");
        return new("throughput", "Tasks per second when the work itself takes no time.", line => new ThroughputMeasurement(
            line.GetValue(renders), line.GetValue(slots), line.GetValue(jobs), line.GetValue(tasks), line.GetValue(users), line.GetValue(needs)))
        {
            renders, slots, jobs, tasks, users, needs,
        };
    }

    private static MeasurementCommand Slots()
    {
        var renders = Number("--renders", 10_000, RendersMax, "Simulated renders.");
        var slots = Number("--slots", 1, SlotsMax, "Tasks that each of them runs at a time.");
        var jobs = Number("--jobs", 1_000, JobsMax, "Jobs that wait when it begins.");
        var tasks = Number("--tasks", 1_000, TasksMax, "Tasks of each job.");
        var users = Number("--users", 20, UsersMax, "Users that the jobs are of.");
        var work = Number("--work", 10_000, MillisecondsMax, "Milliseconds that each task takes.");
        var measure = Number("--measure", 20, SecondsMax, "Seconds that are measured, once all slots are full.");
        return new("slots", "How long a slot stays empty on a large farm that is full.", line => new SlotsMeasurement(new SlotsLoad(
            line.GetValue(renders), line.GetValue(slots), line.GetValue(jobs), line.GetValue(tasks), line.GetValue(users),
            TimeSpan.FromMilliseconds(line.GetValue(work)), TimeSpan.FromSeconds(line.GetValue(measure)))))
        {
            renders, slots, jobs, tasks, users, work, measure,
        };
    }

    private static MeasurementCommand Submit()
    {
        var jobs = Number("--jobs", 1_000, JobsMax, "Jobs that are submitted.");
        var tasks = Number("--tasks", 100, TasksMax, "Tasks of each job.");
        var clients = Number("--clients", 8, ClientsMax, "Clients that submit at the same time.");
        var present = Number("--present", 500, JobsMax, "Jobs that are there before.");
        return new("submit", "Jobs that are submitted each second.", line => new SubmitMeasurement(line.GetValue(jobs), line.GetValue(tasks), line.GetValue(clients), line.GetValue(present)))
        {
            jobs, tasks, clients, present,
        };
    }

    private static MeasurementCommand Memory()
    {
        var jobs = Number("--jobs", 1_000, JobsMax, "Jobs in the first server.");
        var tasks = Number("--tasks", 100, TasksMax, "Tasks of each of them.");
        var frames = Number("--frames", 1_000_000, TasksMax, "Frames of the one job in the second server.");
        var listed = Number("--listed", 100_000, ListedMax, "Listed tasks of the one job in the third server, with a name and a command of 60 characters each.");
        return new("memory", "Memory of a server with many jobs, with one very large job, and with one of many listed tasks.", line => new MemoryMeasurement(line.GetValue(jobs), line.GetValue(tasks), line.GetValue(frames), line.GetValue(listed)))
        {
            jobs, tasks, frames, listed,
        };
    }

    private static MeasurementCommand Restart()
    {
        var jobs = Number("--jobs", 10_000, JobsMax, "Jobs in the server.");
        var tasks = Number("--tasks", 100, TasksMax, "Tasks of each job.");
        var done = Number("--done", 0, TasksMax, "Runs that end before, on simulated renders; one in ten with an error, and is tried again.", least: 0);
        var age = Number("--age", 0, TasksMax, "Actions on jobs before: what happened and has left nothing behind.", least: 0);
        return new("restart", "How long a server takes to be ready again.", line => new RestartMeasurement(line.GetValue(jobs), line.GetValue(tasks), line.GetValue(done), line.GetValue(age)))
        {
            jobs, tasks, done, age,
        };
    }

    private static MeasurementCommand Reconnect()
    {
        var renders = Number("--renders", 10_000, RendersMax, "Simulated renders, most of which run a task.");
        var watched = Number("--watched", 15, SecondsMax, "Seconds that are waited afterwards for runs that are given up.");
        return new("reconnect", "How long all renders of a farm take to come back to a server that was killed, at once.", line => new ReconnectMeasurement(line.GetValue(renders), line.GetValue(watched)))
        {
            renders, watched,
        };
    }

    private static MeasurementCommand Failover()
    {
        var rounds = Number("--rounds", 20, RoundsMax, "How often the leader is broken.");
        var present = Number("--present", 500, JobsMax, "Jobs of 100 tasks that are there.");
        var freeze = new Option<bool>("--freeze") { Description = "Freeze the leader instead of killing it: it keeps its connections and answers nobody." };
        return new("failover", "How long a farm is without a leader, with a standby on the same PostgreSQL database.", line => new FailoverMeasurement(line.GetValue(rounds), line.GetValue(present), line.GetValue(freeze)))
        {
            rounds, present, freeze,
        };
    }

    private static MeasurementCommand Idle()
    {
        var renders = Number("--renders", 100, RendersMax, "Simulated renders that heartbeat.");
        var jobs = Number("--jobs", 1_000, JobsMax, "Jobs that are done.");
        var tasks = Number("--tasks", 10, TasksMax, "Tasks of each job.");
        var settle = Number("--settle", 20, SecondsMax, "Seconds that are left to the server to settle before.");
        var quiet = Number("--quiet", 20, SecondsMax, "Seconds that are measured.");
        return new("idle", "What a server costs while nothing happens.", line => new IdleMeasurement(line.GetValue(renders), line.GetValue(jobs), line.GetValue(tasks), line.GetValue(settle), line.GetValue(quiet)))
        {
            renders, jobs, tasks, settle, quiet,
        };
    }

    private static Option<string> Text(string name, string value, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => value, Recursive = true };

    private static Option<int> Number(string name, int value, int most, string description, bool recursive = false, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value, Recursive = recursive };
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, out var number) && number >= least && number <= most) return number;
            result.AddError($"{name}: must be {least} to {most}, was '{text}'");
            return value;
        };
        return option;
    }
}
