using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Common.Protobuf;
using Mesos.Proto;

namespace Mesos.Common.Detection;

/// <summary>Knows the leader because it was told: one fixed master, or whomever code appoints.</summary>
/// <remarks>Upstream: <c>StandaloneMasterDetector</c> in src/master/detector/standalone.cpp. Public members are safe from any thread.</remarks>
public sealed class StandaloneMasterDetectorProcess : ProcessBase, IMasterDetector
{
    // Touched by events of this process only.
    private readonly List<Promise<MasterInfo?>> waiting = [];
    private MasterInfo? leader;

    private StandaloneMasterDetectorProcess(ProcessManager manager, MasterInfo? leader)
        : base(manager, manager.Ids.Generate("standalone-master-detector"))
    {
        this.leader = leader;
    }

    /// <summary>Starts a detector.</summary>
    /// <param name="manager">The node it runs on.</param>
    /// <param name="leader">The leader to begin with, or null for nobody.</param>
    public static StandaloneMasterDetectorProcess Start(ProcessManager manager, MasterInfo? leader = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        StandaloneMasterDetectorProcess process = new(manager, leader?.Clone());
        manager.Spawn(process);
        return process;
    }

    /// <summary>Starts a detector for a master of whom the address is known.</summary>
    public static StandaloneMasterDetectorProcess Start(ProcessManager manager, UPid leader)
    {
        ArgumentNullException.ThrowIfNull(manager);
        return Start(manager, MasterInfos.FromAddress(leader, manager.Random.NewUuid()));
    }

    /// <summary>Makes somebody the leader, or with null nobody, and tells all who wait.</summary>
    public void Appoint(MasterInfo? master)
    {
        var copy = master?.Clone();
        Dispatch(() => OnAppointed(copy));
    }

    /// <summary>Makes the master at an address the leader.</summary>
    public void Appoint(UPid master) => Appoint(MasterInfos.FromAddress(master, Manager.Random.NewUuid()));

    /// <inheritdoc/>
    public async Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation = default)
    {
        var answer = await CallAsync(() => OnDetect(previous, cancellation));
        return await answer.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Terminate();
        await Manager.WaitAsync(this).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void OnTerminate()
    {
        foreach (var promise in waiting)
        {
            promise.TryCancel();
        }

        waiting.Clear();
    }

    private Promise<MasterInfo?> OnDetect(MasterInfo? previous, CancellationToken cancellation)
    {
        Promise<MasterInfo?> promise = new();
        if (!Equals(leader, previous))
        {
            promise.TrySet(leader);
            return promise;
        }

        waiting.RemoveAll(static other => other.Task.IsCompleted);
        waiting.Add(promise);
        var registration = cancellation.UnsafeRegister(static (state, token) => ((Promise<MasterInfo?>)state!).TryCancel(token), promise);
        _ = promise.Task.ContinueWith(
            static (_, state) => ((CancellationTokenRegistration)state!).Dispose(),
            registration,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return promise;
    }

    private void OnAppointed(MasterInfo? master)
    {
        leader = master;
        foreach (var promise in waiting)
        {
            promise.TrySet(leader);
        }

        waiting.Clear();
    }
}
