using Mesos.Proto;

namespace Mesos.Sched;

internal interface IMasterDetector
{
    Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation);
}

internal sealed class FixedMasterDetector(MasterInfo master) : IMasterDetector
{
    public async Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation)
    {
        if (previous is not null)
        {
            await new LibProcess.Futures.Promise<bool>().Task.WaitAsync(cancellation);
        }

        return master.Clone();
    }
}
