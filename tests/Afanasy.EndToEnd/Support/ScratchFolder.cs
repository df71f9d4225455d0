namespace Afanasy.EndToEnd.Support;

/// <summary>A folder of its own for one test; gone with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("afanasy-end-to-end-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The lines of a file that others append to; none while it is not there.</summary>
    public IReadOnlyList<string> Lines(string name) => File.Exists(At(name)) ? File.ReadAllLines(At(name)) : [];

    /// <summary>Makes an empty file, for which a task waits.</summary>
    public void Open(string gate) => File.WriteAllText(At(gate), "");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
