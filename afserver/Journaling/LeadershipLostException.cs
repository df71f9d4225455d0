namespace AfServer.Journaling;

/// <summary>This server may no longer decide for the farm: another one does, or its database is gone. What was not answered is not known to have happened.</summary>
internal sealed class LeadershipLostException(string message) : IOException(message);
