using System.Diagnostics;
using System.Net;
using System.Text;
using Afanasy.Model;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>
/// How long a farm is without a leader: from the end of the one it had until the standby answers a submission, and until the task
/// of that job runs on a real afrender, which prints the time itself.
/// </summary>
internal sealed class FailoverMeasurement(int rounds, int present, bool freeze) : IMeasurement
{
    private const int PresentTasks = 100;
    private const int PresentClients = 8;

    /// <summary>Between two tries to submit; the figures are as exact as this.</summary>
    private static readonly TimeSpan _tryAgain = TimeSpan.FromMilliseconds(10);

    private readonly Times _answers = new();
    private readonly Times _orders = new();

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is not null) throw new LoadFailure(ExitCodes.WrongUsage, "--server: failover is measured of servers that loadfarm starts itself");
        if (!context.Store.IsShared) throw new LoadFailure(ExitCodes.WrongUsage, "--store: failover is measured with --store postgres, and with an empty database in --postgres");
        try
        {
            await using var servers = await ServerPair.OpenAsync(context, cancel);
            var folder = Directory.CreateDirectory(Path.Combine(context.Folder, $"afanasy-load-{Path.GetRandomFileName()}"));
            using var render = ChildProgram.Start(context.Programs.Render, ["--server", servers.Addresses, "--name", $"load-{Environment.ProcessId}", "--data", folder.FullName]);
            try
            {
                await BreakAllAsync(context, servers, cancel);
            }
            finally
            {
                await render.StopAsync();
                folder.Delete(recursive: true);
            }
        }
        catch (OperationCanceledException) when (_orders.Count > 0)
        {
            // What was measured until then counts.
        }

        return new Findings(
            freeze ? "failover of a frozen leader" : "failover of a killed leader",
            [new Figure("rounds", _orders.Count), .. Figures("answer", _answers), .. Figures("order", _orders)])
        {
            IsComplete = _orders.Count == rounds,
        };
    }

    private async Task BreakAllAsync(LoadContext context, ServerPair servers, CancellationToken cancel)
    {
        using (var rest = new ServerRest(servers.Leader, PresentClients))
        {
            await Waiting.UntilAsync(async () => await rest.OnlineRendersAsync(cancel) > 0, context.Time, cancel);
            await Jobs.SubmitAsync(rest, present, PresentClients, _ => Jobs.OfFrames(PresentTasks, paused: true), cancel);
        }

        for (var round = 1; round <= rounds; round++)
        {
            var (answer, order) = await BreakOneAsync(context, servers, cancel);
            _answers.Add(answer);
            _orders.Add(order);
            context.Say($"round {round}: answered after {answer:0} ms, order after {order:0} ms");
            await servers.MendAsync(cancel);
        }
    }

    private async Task<(double Answer, double Order)> BreakOneAsync(LoadContext context, ServerPair servers, CancellationToken cancel)
    {
        using var rest = new ServerRest(servers.Standby, clients: 1);
        var (broken, began) = (context.Time.GetUtcNow(), Stopwatch.GetTimestamp());
        servers.BreakLeader(freeze);
        var job = await FirstAnswerAsync(servers.Standby, context.Time, cancel);
        var answer = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var printed = await Jobs.PrintedTimeAsync(rest, job, context.Time, cancel);
        return (answer, (printed - broken).TotalMilliseconds);
    }

    /// <summary>Submits until it is taken: the standby refuses it before it leads, and nobody answers in between.</summary>
    private static async Task<int> FirstAnswerAsync(ServerAddress standby, TimeProvider time, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = standby.Http };
        using var pause = new PeriodicTimer(_tryAgain, time);
        var job = JobJson.Write(Jobs.OfFrames(1, command: Jobs.PrintTime));
        while (true)
        {
            try
            {
                using var body = new StringContent(job, Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync("/api/v1/jobs", body, cancel);
                if (answer.StatusCode == HttpStatusCode.Created) return await ServerRest.IdOfAsync(answer, cancel);
            }
            catch (HttpRequestException)
            {
                // It changes from standing by to leading just now.
            }

            await pause.WaitForNextTickAsync(cancel);
        }
    }

    private static IEnumerable<Figure> Figures(string what, Times times) => times.Count == 0 ? [] :
    [
        new Figure($"broken_to_{what}_min", times.At(0), "ms"),
        new Figure($"broken_to_{what}_p50", times.At(0.5), "ms"),
        new Figure($"broken_to_{what}_max", times.At(1), "ms"),
    ];
}
