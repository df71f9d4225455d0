using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What a request comes to: facts to make true, an answer for who asked, and, where a person acted, a line for the audit.</summary>
internal sealed record Decision<TAnswer>(TAnswer Answer)
{
    public IReadOnlyList<Change> Changes { get; init; } = [];

    public UserAction? Action { get; init; }

    /// <summary>Soft state to take over once the changes are applied; on the engine's thread, before solving.</summary>
    public Action? Then { get; init; }
}

/// <summary>Something that wants the engine's attention.</summary>
internal interface IFarmRequest
{
    /// <summary>Reads the farm and says what is to become true; modifies nothing.</summary>
    (IReadOnlyList<Change> Changes, UserAction? Action, Action? Then) Decide(FarmView view);

    /// <summary>The turn is durable: the answer may go out.</summary>
    void Release();

    /// <summary>The engine has ended; there will be no answer.</summary>
    void Abandon(Exception reason);
}

/// <summary>A request with an answer that somebody waits for.</summary>
internal sealed class FarmRequest<TAnswer>(Func<FarmView, Decision<TAnswer>> decide) : IFarmRequest
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Decision<TAnswer>? _decision;

    public Task<TAnswer> Answer => _answer.Task;

    public (IReadOnlyList<Change> Changes, UserAction? Action, Action? Then) Decide(FarmView view)
    {
        _decision = decide(view);
        return (_decision.Changes, _decision.Action, _decision.Then);
    }

    public void Release()
    {
        if (_decision is { } decision) _answer.TrySetResult(decision.Answer);
    }

    public void Abandon(Exception reason) => _answer.TrySetException(reason);
}

/// <summary>The engine has ended, so nothing can be asked of it any more.</summary>
internal sealed class FarmStoppedException(string message) : Exception(message);
