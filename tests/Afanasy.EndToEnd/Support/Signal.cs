namespace Afanasy.EndToEnd.Support;

/// <summary>The signals of the system, by their numbers.</summary>
internal enum Signal
{
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Halt = 19,
}
