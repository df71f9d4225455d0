using System.Text.Json.Serialization;

namespace Afanasy.Model;

/// <summary>What is set of a user: limits for all of the user's work, and what jobs take that do not say it themselves.</summary>
public sealed record UserSettings : WorkSettings
{
    public UserSettings() => SolveNeed = SolveNeed.Capacity;

    public bool Paused { get; init; }

    /// <summary>Automatic retries of a failed task.</summary>
    public int ErrorsRetries { get; init; } = 3;

    /// <summary>Errors on a host after which a block avoids it; 0 is never.</summary>
    public int ErrorsAvoidHost { get; init; } = 3;

    /// <summary>Errors of a task on a host after which the task avoids it; 0 is never.</summary>
    public int ErrorsTaskSameHost { get; init; } = 3;

    /// <summary>Seconds after which an error host is forgotten; 0 is never.</summary>
    public int ErrorsForgiveTime { get; init; } = 18_000;

    /// <summary>Seconds that a job lives after its creation; 0 is for ever.</summary>
    public int JobsLifeTime { get; init; }

    public UserRole Role { get; init; } = UserRole.User;
}

/// <summary>What somebody may do when the farm enforces rights.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UserRole>))]
public enum UserRole
{
    /// <summary>Acts on own jobs.</summary>
    [JsonStringEnumMemberName("user")]
    User,

    /// <summary>Acts on all jobs.</summary>
    [JsonStringEnumMemberName("coordinator")]
    Coordinator,

    /// <summary>Acts on everything, renders and settings too.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,
}
