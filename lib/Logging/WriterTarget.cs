using NLog;
using NLog.Targets;

namespace Afanasy.Logging;

/// <summary>Writes lines to a text writer: stderr, or a test's own.</summary>
internal sealed class WriterTarget(TextWriter writer) : TargetWithLayout
{
    protected override void Write(LogEventInfo logEvent)
    {
        writer.Write(RenderLogEvent(Layout, logEvent) + "\n");
        writer.Flush();
    }
}
