using System.Collections.Concurrent;
using LibProcess.Diagnostics;

namespace LibProcess.Testing;

/// <summary>Keeps the faults of a node, so that a test can end with "and none happened".</summary>
public sealed class RecordedFaults : IFaultObserver
{
    private readonly ConcurrentQueue<ProcessFault> faults = new();

    /// <summary>What happened so far, in order.</summary>
    public IReadOnlyCollection<ProcessFault> All => faults;

    /// <inheritdoc/>
    public void OnFault(ProcessFault fault) => faults.Enqueue(fault);

    /// <summary>Throws if anything happened.</summary>
    /// <exception cref="InvalidOperationException">There was a fault; the first is its cause.</exception>
    public void ThrowIfAny()
    {
        if (faults.TryPeek(out ProcessFault? first))
        {
            throw new InvalidOperationException(
                $"{faults.Count} fault(s); the first in {first.ProcessId}, {first.Kind} {first.Event}: {first.Exception.Message}",
                first.Exception);
        }
    }
}
