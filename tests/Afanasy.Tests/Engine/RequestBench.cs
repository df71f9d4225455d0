using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Engine;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Tests.Engine;

/// <summary>A farm on which requests are decided and made true at once, as a turn does it.</summary>
internal sealed class RequestBench
{
    private static readonly Asker _desk = new("anna", "desk");

    private readonly Rights _rights;

    public RequestBench(Rights? rights = null) => _rights = rights ?? Rights.Open;

    public TestFarm Told { get; } = new();

    public Farm Farm => Told.Farm;

    public FarmView View => _view ??= new FarmView(Farm, new Solver(Farm), new Presences()) { Now = Told.Now, Rights = _rights };

    private FarmView? _view;

    /// <summary>The changes of the last accepted request.</summary>
    public IReadOnlyList<Change> Changes { get; private set; } = [];

    public Submission Submit(JobDescription job, string asker = "anna") => Take(SubmitRequests.Submit(View, job, new Asker(asker, "desk")));

    /// <summary>Submits what must be accepted.</summary>
    public Job Submitted(JobDescription job)
    {
        var answer = Submit(job, job.UserName);
        Assert.That(answer.Problems, Is.Empty);
        return Farm.Jobs[answer.Job];
    }

    public ActionAnswer Act(Job job, JobAction action, string? asker = null) =>
        Take(JobRequests.Act(View, job, action, asker is null ? _desk : new Asker(asker, "desk")));

    public ActionAnswer Act(Job job, JobOperation operation, object? parameters = null) => Act(job, new JobAction(operation) { Params = Json(parameters) });

    public ActionAnswer OnTasks(Job job, JobOperation operation, int block, params int[] tasks) =>
        Act(job, new JobAction(operation) { Blocks = [block], Tasks = tasks });

    /// <summary>The render is connected and was told of nothing but what it keeps.</summary>
    public void Connect(Render render, params TaskRunId[] kept) => View.Presences.Of(render).Attach(new SilentSession(), "1", kept, View);

    public ActionAnswer Move(string user, JobMove move, params int[] jobs) => Take(JobOrders.Move(View, Farm.Users[user], move, jobs, _desk));

    public void MakeTrue(IEnumerable<Change> changes)
    {
        Changes = [.. changes];
        foreach (var change in Changes) Farm.Apply(change);
    }

    public static JsonElement Json(object? value) => value is null ? default : JsonSerializer.SerializeToElement(value);

    private TAnswer Take<TAnswer>(Decision<TAnswer> decision)
    {
        MakeTrue(decision.Changes);
        return decision.Answer;
    }

    private sealed class SilentSession : IRenderSession
    {
        public string Peer => "nowhere";

        public void Send(RenderOrders orders, long responseId)
        {
        }

        public void End(string reason)
        {
        }
    }
}
