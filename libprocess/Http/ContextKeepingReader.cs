using System.IO.Pipelines;

namespace LibProcess.Http;

/// <summary>
/// A reader whose waiters always resume in their process. That of a pipe forgets the context of who awaits where bytes come in just
/// between the question and the waiting; a handler would go on outside of its process then.
/// </summary>
internal sealed class ContextKeepingReader(PipeReader inner) : PipeReader
{
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? reading : WaitAsync(reading);

        static async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> reading) => await reading.ConfigureAwait(false);
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
