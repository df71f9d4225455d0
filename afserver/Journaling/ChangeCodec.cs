using System.Buffers;
using System.Collections.Frozen;
using Afanasy.Wire;
using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>
/// A change as the journal keeps it: one MessagePack array [number, version, UTC ticks, fields…].
/// A new case takes a number in <see cref="ChangeNumber"/> and a form here. A case that alters takes a form of the next
/// version; the older one stays in <see cref="_forms"/> as it is, with null for its writer.
/// </summary>
internal static class ChangeCodec
{
    /// <summary>Number, version and time, before a change's own fields.</summary>
    private const int HeadFields = 3;

    private static readonly ChangeForm[] _forms =
    [
        ChangeForm.Of<Change.UserRegistered>(
            ChangeNumber.UserRegistered, version: 1, fields: 1,
            (ref w, c) => w.WriteText(c.Name),
            (ref r, at) => new Change.UserRegistered(r.ReadText()) { At = at }),
        ChangeForm.Of<Change.JobSubmitted>(
            ChangeNumber.JobSubmitted, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.Write(JobDescriptionJson.Write(c.Description));
            },
            (ref r, at) => new Change.JobSubmitted(r.ReadJobId(), JobDescriptionJson.Read(r.ReadBlob())) { At = at }),
        ChangeForm.Of<Change.JobPaused>(
            ChangeNumber.JobPaused, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobPaused(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.JobResumed>(
            ChangeNumber.JobResumed, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobResumed(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.JobPriorityChanged>(
            ChangeNumber.JobPriorityChanged, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.Write(c.Priority);
            },
            (ref r, at) => new Change.JobPriorityChanged(r.ReadJobId(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.JobDeleted>(
            ChangeNumber.JobDeleted, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobDeleted(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.JobDeletionAsked>(
            ChangeNumber.JobDeletionAsked, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Job),
            (ref r, at) => new Change.JobDeletionAsked(r.ReadJobId()) { At = at }),
        ChangeForm.Of<Change.RunStarted>(
            ChangeNumber.RunStarted, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.Write(c.Render);
            },
            (ref r, at) => new Change.RunStarted(r.ReadRunId(), r.ReadRenderId()) { At = at }),
        ChangeForm.Of<Change.RunStopAsked>(
            ChangeNumber.RunStopAsked, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.Write(c.Then);
            },
            (ref r, at) => new Change.RunStopAsked(r.ReadRunId(), r.ReadTaskState()) { At = at }),
        ChangeForm.Of<Change.RunEnded>(
            ChangeNumber.RunEnded, version: 1, fields: 4,
            (ref w, c) =>
            {
                w.Write(c.Run);
                w.Write(c.Outcome);
                w.Write(c.ExitCode);
                w.WriteText(c.Reason);
            },
            (ref r, at) => new Change.RunEnded(r.ReadRunId(), r.ReadOutcome(), r.ReadInt32(), r.ReadText()) { At = at }),
        ChangeForm.Of<Change.TasksRestarted>(
            ChangeNumber.TasksRestarted, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.First);
                w.Write(c.Last);
            },
            (ref r, at) => new Change.TasksRestarted(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.TasksSkipped>(
            ChangeNumber.TasksSkipped, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.First);
                w.Write(c.Last);
            },
            (ref r, at) => new Change.TasksSkipped(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.RenderRegistered>(
            ChangeNumber.RenderRegistered, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Render);
                w.WriteText(c.Name);
                w.Write(c.Offer);
            },
            (ref r, at) => new Change.RenderRegistered(r.ReadRenderId(), r.ReadText(), r.ReadOffer()) { At = at }),
        ChangeForm.Of<Change.RenderDeleted>(
            ChangeNumber.RenderDeleted, version: 1, fields: 1,
            (ref w, c) => w.Write(c.Render),
            (ref r, at) => new Change.RenderDeleted(r.ReadRenderId()) { At = at }),
        ChangeForm.Of<Change.NumbersRestored>(
            ChangeNumber.NumbersRestored, version: 1, fields: 2,
            (ref w, c) =>
            {
                w.Write(c.LastJob);
                w.Write(c.LastRender);
            },
            (ref r, at) => new Change.NumbersRestored(r.ReadInt32(), r.ReadInt32()) { At = at }),
        ChangeForm.Of<Change.JobTimesRestored>(
            ChangeNumber.JobTimesRestored, version: 1, fields: 3,
            (ref w, c) =>
            {
                w.Write(c.Job);
                w.Write(c.Started);
                w.Write(c.Done);
            },
            (ref r, at) => new Change.JobTimesRestored(r.ReadJobId(), r.ReadMaybeTime(), r.ReadMaybeTime()) { At = at }),
        ChangeForm.Of<Change.TasksRestored>(
            ChangeNumber.TasksRestored, version: 1, fields: 5,
            (ref w, c) =>
            {
                w.Write(c.Block);
                w.Write(c.First);
                w.Write(c.Last);
                w.Write(c.State);
                w.Write(c.RanOnce);
            },
            (ref r, at) => new Change.TasksRestored(r.ReadBlockId(), r.ReadInt32(), r.ReadInt32(), r.ReadTaskState(), r.ReadBoolean()) { At = at }),
        ChangeForm.Of<Change.TaskRestored>(
            ChangeNumber.TaskRestored, version: 1, fields: 4,
            (ref w, c) =>
            {
                w.Write(c.Task);
                w.Write(c.Runs);
                w.Write(c.Errors);
                w.Write(c.LastRender);
            },
            (ref r, at) => new Change.TaskRestored(r.ReadTaskId(), r.ReadInt32(), r.ReadInt32(), r.ReadMaybeRenderId()) { At = at }),
    ];

    private static readonly FrozenDictionary<Type, ChangeForm> _written =
        _forms.Where(f => f.Write is not null).ToFrozenDictionary(f => f.Case);

    private static readonly FrozenDictionary<(int Number, int Version), ChangeForm> _read =
        _forms.ToFrozenDictionary(f => ((int)f.Number, f.Version));

    public static byte[] Write(Change change)
    {
        if (!_written.TryGetValue(change.GetType(), out var form))
            throw new NotSupportedException($"ChangeCodec has no form for {change.GetType().Name}: give it a number and a form.");

        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(HeadFields + form.Fields);
        writer.Write((int)form.Number);
        writer.Write(form.Version);
        writer.Write(change.At.UtcTicks);
        form.Write!(ref writer, change); // _written has only forms with a writer
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">These bytes are no change, or one that this server does not know.</exception>
    public static Change Read(ReadOnlyMemory<byte> record)
    {
        try
        {
            var reader = new MessagePackReader(record);
            var count = reader.ReadArrayHeader();
            var (number, version) = (reader.ReadInt32(), reader.ReadInt32());
            if (!_read.TryGetValue((number, version), out var form))
                throw new InvalidDataException(Unknown(number, version));
            if (count != HeadFields + form.Fields)
                throw new InvalidDataException($"{form.Number} version {version} has {form.Fields} fields, found {count - HeadFields}.");

            var change = form.Read(ref reader, reader.ReadTime());
            return reader.End ? change : throw new InvalidDataException($"{form.Number} is followed by bytes that do not belong to it.");
        }
        catch (WireException e)
        {
            throw new InvalidDataException($"These bytes are not a change: {e.Message}", e);
        }
    }

    private static string Unknown(int number, int version) => _forms.LastOrDefault(f => (int)f.Number == number) is { } form
        ? $"Found version {version} of {form.Number}, known is up to {form.Version}."
        : $"Found change number {number}, the highest known is {_forms.Max(f => (int)f.Number)}.";
}
