using System.Text.Json;
using System.Text.Json.Nodes;

namespace Afanasy.Model;

/// <summary>The settings of users, branches, pools and renders under the names of every door; CGRU contract §3.3 and §3.4.</summary>
public static class SettingsJson
{
    public static (UserSettings Settings, IReadOnlyList<FieldProblem> Problems) Edit(UserSettings now, JsonElement parameters, string path = "") =>
        Edited(now, parameters, path, SettingsFields.User, SettingsProblems.Of);

    public static (BranchSettings Settings, IReadOnlyList<FieldProblem> Problems) Edit(BranchSettings now, JsonElement parameters, string path = "") =>
        Edited(now, parameters, path, SettingsFields.Branch, SettingsProblems.Of);

    public static (PoolSettings Settings, IReadOnlyList<FieldProblem> Problems) Edit(PoolSettings now, JsonElement parameters, string path = "") =>
        Edited(now, parameters, path, SettingsFields.Pool, SettingsProblems.Of);

    public static (RenderSettings Settings, IReadOnlyList<FieldProblem> Problems) Edit(RenderSettings now, JsonElement parameters, string path = "") =>
        Edited(now, parameters, path, SettingsFields.Render, SettingsProblems.Of);

    public static JsonObject Write(UserSettings settings) => Written(settings);

    public static JsonObject Write(BranchSettings settings) => Written(settings);

    public static JsonObject Write(PoolSettings settings)
    {
        var written = Written(settings);
        written["tickets_pool"] = new JsonObject(settings.TicketsPool.Select(ticket =>
            KeyValuePair.Create(ticket.Key, (JsonNode?)new JsonArray(ticket.Value.Count, ticket.Value.MaxHosts))));
        written.Remove("idle");
        written.Remove("busy");
        AddThresholds(written, "idle", settings.Idle);
        AddThresholds(written, "busy", settings.Busy);
        return written;
    }

    public static JsonObject Write(RenderSettings settings)
    {
        var written = Written(settings);
        written.Remove("nimby_others");
        written.Remove("nimby_all");
        written["nimby"] = settings.NimbyOthers;
        written["NIMBY"] = settings.NimbyAll;
        return written;
    }

    private static (T Settings, IReadOnlyList<FieldProblem> Problems) Edited<T>(
        T now, JsonElement parameters, string path, Func<FieldReader, T, T> read, Func<T, string, IReadOnlyList<FieldProblem>> judge)
    {
        var problems = new List<FieldProblem>();
        var fields = new FieldReader(parameters, path, problems, isEdit: true);
        fields.Refuse(JobFields.GivenByServer, "id", "name", "st", "locked", "parent", "time_creation", "time_register");
        var edited = read(fields, now);
        fields.RefuseUnknown();

        var before = judge(now, path);
        JobJson.AddJudged(problems, [.. judge(edited, path).Where(problem => !before.Contains(problem))]);
        return (edited, problems);
    }

    private static JsonObject Written<T>(T settings) =>
        JsonSerializer.SerializeToNode(settings, JobJson.WriteOptions)?.AsObject() ?? [];

    private static void AddThresholds(JsonObject written, string prefix, LoadThresholds thresholds)
    {
        written[$"{prefix}_cpu"] = thresholds.Cpu;
        written[$"{prefix}_mem"] = thresholds.Mem;
        written[$"{prefix}_swp"] = thresholds.Swp;
        written[$"{prefix}_hddgb"] = thresholds.HddGb;
        written[$"{prefix}_hddio"] = thresholds.HddIo;
        written[$"{prefix}_netmbs"] = thresholds.NetMbs;
    }
}
