namespace AfServer.Hosting;

/// <summary>Whether roles of users count.</summary>
public enum RightsPolicy
{
    /// <summary>Everybody may do everything.</summary>
    Open,

    /// <summary>A user acts on own jobs, a coordinator on all jobs, an admin on everything.</summary>
    Enforced,
}
