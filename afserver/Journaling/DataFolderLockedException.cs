namespace AfServer.Journaling;

/// <summary>Another server works in this data folder. Two at once would spoil it.</summary>
internal sealed class DataFolderLockedException(string folder, string holder, Exception inner)
    : IOException($"The data folder {folder} is used by another afserver ({holder}). End that one, or give this one a folder of its own with --data.", inner);
