using LibProcess.Processes;

namespace LibProcess.Scheduling;

/// <summary>Brings what follows an await back into the process that awaited.</summary>
/// <remarks>Upstream has <c>defer(self(), ...)</c> for this.</remarks>
internal sealed class ProcessContext(ProcessBase process) : SynchronizationContext
{
    public ProcessBase Process => process;

    public override void Post(SendOrPostCallback d, object? state) => process.EnqueueContinuation(d, state);

    /// <summary>Blocking another process is never right.</summary>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (ReferenceEquals(Current, this))
        {
            d(state);
            return;
        }

        throw new NotSupportedException("A process is never waited for: post instead of send");
    }

    public override SynchronizationContext CreateCopy() => this;
}
