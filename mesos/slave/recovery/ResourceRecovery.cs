using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Slave.Checkpoint;
using Mesos.Slave.Operations;
using Mesos.Slave.Paths;
using Mesos.Slave.State;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Recovery;

/// <summary>Takes up reservations, volumes and operations of an earlier run, ours or of the original.</summary>
/// <remarks>Upstream: <c>Slave::recover</c> and <c>_recoverOperations</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ResourceRecovery(
    SlaveContext context, ICheckpointStore store, OperationStatusUpdates updates, OperationOutcomes outcomes)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;
    private readonly AgentCheckpoints checkpoints = context.Checkpoints;

    /// <summary>Puts what was kept in the place of what the agent was started with.</summary>
    /// <returns>Why it does not fit, or null.</returns>
    public string? Adopt(RecoveredState recovered)
    {
        if (Wanted(recovered) is not { } wanted)
        {
            return null;
        }

        var plain = Common.Resources.From(state.Info.Resources);
        if (!OperationRules.TryReplace(plain, wanted.Resources, out Common.Resources? total, out string? error))
        {
            return $"Checkpointed resources {Common.Resources.From(wanted.Resources)} are incompatible with agent resources {plain}: {error}";
        }

        state.Total = total;
        checkpoints.Resources.Recover(recovered.Resources ?? new ResourceState());
        LogRecovered(wanted.Resources.Count, wanted.Operations.Count);
        return null;
    }

    /// <summary>Goes on with operations, and ends what was being done with directories, once it is known under which id the agent goes on.</summary>
    /// <exception cref="IOException">That cannot be kept; the agent cannot go on.</exception>
    public async Task RunAsync(RecoveredState recovered)
    {
        if (state.Info.Id is not null)
        {
            LoadOperations(Wanted(recovered)?.Operations ?? []);
        }

        List<Change> repairs = [];
        HashSet<Guid> told = [];
        HashSet<Guid> through = [];
        foreach (RecoveredOperationStream stream in state.Info.Id is null ? [] : recovered.OperationStreams)
        {
            string file = SlavePaths.OperationUpdates(checkpoints.Meta, state.Id!, stream.Name);
            if (!Guid.TryParseExact(stream.Name, "D", out Guid uuid) || !state.Operations.ContainsKey(uuid))
            {
                repairs.Add(new Change.RemoveTree(Path.GetDirectoryName(file)!));
                continue;
            }

            if (stream.Length is { } length)
            {
                repairs.Add(new Change.Cut(file, length));
            }

            (bool isKept, bool isTerminated) = updates.Recover(uuid, stream);
            if (isTerminated)
            {
                through.Add(uuid);
            }
            else if (isKept)
            {
                told.Add(uuid);
            }
        }

        AgentOperation[] rest = [.. state.Operations.Values.Where(operation => !told.Contains(operation.Uuid) && !through.Contains(operation.Uuid))];
        foreach (AgentOperation operation in rest.Where(static operation => operation.Record.LatestStatus.State == OperationState.OperationPending))
        {
            Finish(operation);
        }

        await EndAsync(recovered, through, repairs);
        foreach (AgentOperation operation in rest)
        {
            await outcomes.TellAsync(operation);
        }
    }

    private static ResourceState? Wanted(RecoveredState recovered) => recovered.ResourcesTarget ?? recovered.Resources;

    private void LoadOperations(IEnumerable<Operation> operations)
    {
        foreach (Operation operation in operations)
        {
            bool canBeTold = operation.LatestStatus.State == OperationState.OperationPending ||
                UuidBytes.TryParse(operation.LatestStatus.Uuid?.Value, out _);
            if (!canBeTold || !UuidBytes.TryParse(operation.Uuid.Value, out Guid uuid) || OperationResources.ProviderOf(operation.Info) is not null)
            {
                context.Metrics.RecoveryErrors.Increment();
                LogUnusable(operation.Info.Type);
                continue;
            }

            state.Operations[uuid] = new AgentOperation(uuid, operation);
        }
    }

    /// <summary>The original writes down that volumes are about to be made or destroyed; then it did not come to it.</summary>
    private void Finish(AgentOperation operation)
    {
        if (OperationRules.TryApply(state.Total, operation.Record.Info, out Common.Resources? total, out string? error))
        {
            state.Total = total;
            outcomes.Decide(operation, OperationState.OperationFinished);
        }
        else
        {
            outcomes.Decide(operation, OperationState.OperationError, error);
        }
    }

    private async Task EndAsync(RecoveredState recovered, HashSet<Guid> through, List<Change> repairs)
    {
        if (through.Count > 0)
        {
            await outcomes.ForgetAsync(through);
        }

        await checkpoints.Resources.CommitAsync();
        if (recovered.HasTargets)
        {
            // A target that outlives its end would be taken for newer than what comes after it.
            repairs.Add(new Change.Remove(SlavePaths.ResourceStateTarget(checkpoints.Meta)));
            repairs.Add(new Change.Remove(SlavePaths.ResourcesTarget(checkpoints.Meta)));
        }

        if (repairs.Count > 0)
        {
            await store.CommitAsync(repairs);
        }
    }

    [LoggerMessage(3721, LogLevel.Information, "Recovered {Resources} reservations and volumes, and {Operations} operations")]
    private partial void LogRecovered(int resources, int operations);

    [LoggerMessage(3722, LogLevel.Warning, "Passed over in recovery: an operation {Kind} without identity or outcome, or of a resource provider")]
    private partial void LogUnusable(OperationInfo.Types.Type kind);
}
