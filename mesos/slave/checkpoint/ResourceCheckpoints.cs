using Mesos.Slave.Paths;
using Mesos.Slave.State;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Checkpoint;

/// <summary>Keeps reservations, volumes with their directories, and operations, as one state after the other.</summary>
/// <remarks>
/// Upstream: <c>checkpointResourceState</c> and <c>syncCheckpointedResources</c> in src/slave/slave.cpp. Where directories come or go
/// the target is written down first, so that an agent that is stopped half-way goes on from there; the two files that say the same,
/// of which older agents know but one, are replaced last. Called inside the agent's process. What was asked for while the disk was
/// busy is written in one go.
/// </remarks>
internal sealed class ResourceCheckpoints(ICheckpointStore store, string workDirectory, SlaveState state)
{
    private readonly string meta = SlavePaths.Meta(workDirectory);
    private ResourceState kept = new();
    private bool queued;

    /// <summary>Completes when everything that was asked for so far is durable.</summary>
    public Task Settled { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when the agent's resources and operations, as they are now, are durable and their directories exist.</summary>
    /// <exception cref="IOException">They cannot be kept; the agent cannot go on.</exception>
    public Task CommitAsync()
    {
        if (!queued)
        {
            queued = true;
            Settled = WriteAsync(Settled);
        }

        return Settled;
    }

    /// <summary>What an earlier run of the agent had kept: directories are made and removed in comparison with it.</summary>
    public void Recover(ResourceState earlier) => kept = earlier;

    private async Task WriteAsync(Task before)
    {
        await before;
        queued = false;
        ResourceState next = Snapshot();
        if (next.Equals(kept))
        {
            return;
        }

        ResourceState last = kept;
        (string stateFile, string targetFile) = (SlavePaths.ResourceState(meta), SlavePaths.ResourceStateTarget(meta));
        (string infoFile, string infoTargetFile) = (SlavePaths.ResourcesInfo(meta), SlavePaths.ResourcesTarget(meta));
        Change newState = AgentCheckpoints.Replace(stateFile, next);

        // Alone, the file of older agents would be taken for all there is, and the operations for never heard of.
        bool isFirst = last.Equals(new ResourceState());
        if (next.Resources.Equals(last.Resources))
        {
            await store.CommitAsync(newState);
        }
        else if (Directories(last, next) is { Count: > 0 } directories)
        {
            await CommitAsync(isFirst, AgentCheckpoints.Replace(targetFile, next), Resources(infoTargetFile, next));
            await store.CommitAsync(directories);

            // Written anew rather than renamed: not every file system keeps both ends of a rename together when the power goes.
            await store.CommitAsync(newState, Resources(infoFile, next));
            await store.CommitAsync(new Change.Remove(targetFile), new Change.Remove(infoTargetFile));
        }
        else
        {
            await CommitAsync(isFirst, newState, Resources(infoFile, next));
        }

        kept = next;
    }

    /// <summary>Commits two changes in one go, or one after the other.</summary>
    private async Task CommitAsync(bool inOrder, Change first, Change second)
    {
        if (inOrder)
        {
            await store.CommitAsync(first);
            await store.CommitAsync(second);
        }
        else
        {
            await store.CommitAsync(first, second);
        }
    }

    private ResourceState Snapshot()
    {
        var snapshot = new ResourceState();
        state.Checkpointed.CopyTo(snapshot.Resources);
        snapshot.Operations.Add(state.Operations.Values.Select(static operation => operation.ToKeep()));
        return snapshot;
    }

    private List<Change> Directories(ResourceState last, ResourceState next)
    {
        Dictionary<string, Resource> old = Volumes(last);
        Dictionary<string, Resource> wanted = Volumes(next);
        return
        [
            .. wanted.Keys.Except(old.Keys).Select(static path => new Change.MakeDirectory(path, Change.Passage)),
            .. old.Keys.Except(wanted.Keys).Select(path => new Change.RemoveTree(path, VolumePaths.IsMountPoint(old[path]))),
        ];
    }

    private Dictionary<string, Resource> Volumes(ResourceState of)
    {
        var volumes = new Dictionary<string, Resource>(StringComparer.Ordinal);
        foreach (Resource volume in of.Resources.Where(static resource => VolumePaths.Refuse(resource) is null))
        {
            volumes[VolumePaths.Of(workDirectory, volume)] = volume;
        }

        return volumes;
    }

    /// <summary>The resources alone, one after the other. Those that cannot be told in the older format are written in the newer.</summary>
    private static Change.Replace Resources(string path, ResourceState next) =>
        new(path, RecordFrames.FrameAll(AgentCheckpoints.Downgraded(next).Resources));
}
