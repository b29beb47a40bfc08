using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Proto;

namespace Mesos.Sched;

/// <summary>Where the scheduler process learns of masters: a detector it is lent, or one it makes for a location.</summary>
internal sealed class MasterSource(ProcessManager manager, IMasterDetector? detector, MasterLocation? location)
{
    /// <summary>The detector, to be disposed by the caller; one that is lent survives that.</summary>
    public async Task<IMasterDetector> OpenAsync(CancellationToken cancellation) =>
        detector is null ? await MasterDetectors.StartAsync(manager, location!, cancellation) : new Lent(detector);

    private sealed class Lent(IMasterDetector detector) : IMasterDetector
    {
        public Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation = default) =>
            detector.DetectAsync(previous, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
