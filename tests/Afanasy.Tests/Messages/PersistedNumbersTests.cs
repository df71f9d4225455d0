using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Tests.Messages;

/// <summary>Numbers that stand in journals or are spoken by peers of other versions: one may be added here, never changed.</summary>
public sealed class PersistedNumbersTests
{
    [Test]
    public void Message_types_keep_their_numbers() => Assert.That(Numbers<MessageType>(), Is.EqualTo(
        "Hello=1 Welcome=2 Refusal=3 RenderRegister=4 RenderRegistered=5 RenderReport=6 RenderOrders=7 RunOutput=8"));

    [Test]
    public void Peer_roles_keep_their_numbers() => Assert.That(Numbers<PeerRole>(), Is.EqualTo("Render=1"));

    [Test]
    public void Run_outcomes_keep_their_numbers() => Assert.That(Numbers<RunOutcome>(), Is.EqualTo(
        "Done=1 Failed=2 Stopped=3 NotStarted=4 RenderLost=5 ParserError=6 FatalError=7 BadResult=8 LicenceShortage=9 OutOfMemory=10 FailedPost=11 BadFiles=12 Skipped=13 TooShort=14"));

    [Test]
    public void Render_instructions_keep_their_numbers() => Assert.That(Numbers<RenderInstruction>(), Is.EqualTo(
        "None=0 Exit=1 Sleep=2 Reboot=3 Shutdown=4 Launch=5 LaunchAndExit=6"));

    [Test]
    public void Task_states_keep_their_numbers() => Assert.That(Numbers<TaskState>(), Is.EqualTo(
        "Waiting=0 Ready=1 Running=2 Done=3 Error=4 Skipped=5 Suspended=6"));

    [Test]
    public void The_preface_keeps_its_bytes() => Assert.That(Preface.Bytes.ToArray(), Is.EqualTo(new byte[] { 0xAF, 0x41, 0x46, 1 }));

    private static string Numbers<T>()
        where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value)}"));
}
