namespace AfServer.Journaling;

/// <summary>What a change is called in the journal. For ever: never change or reuse one; a new case takes the next.</summary>
internal enum ChangeNumber
{
    UserRegistered = 1,
    JobSubmitted = 2,
    JobPaused = 3,
    JobResumed = 4,
    JobPriorityChanged = 5,
    JobDeleted = 6,
    JobDeletionAsked = 7,
    RunStarted = 8,
    RunStopAsked = 9,
    RunEnded = 10,
    TasksRestarted = 11,
    TasksSkipped = 12,
    RenderRegistered = 13,
    RenderDeleted = 14,
    NumbersRestored = 15,
    JobTimesRestored = 16,
    TasksRestored = 17,
    TaskRestored = 18,
}
