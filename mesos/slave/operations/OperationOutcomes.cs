using LibProcess.Addressing;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Operations;

/// <summary>What comes of operations: decided, kept together with the resources, told, and forgotten when it is acknowledged.</summary>
/// <remarks>Upstream: <c>addOperation</c>, <c>updateOperation</c> and <c>removeOperation</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class OperationOutcomes(SlaveContext context, ICheckpointStore store, OperationStatusUpdates updates, Executors.Cleanup cleanup)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>An operation has come.</summary>
    public AgentOperation Add(Guid uuid, OperationInfo info, FrameworkID? frameworkId)
    {
        OperationStatus pending = OperationMessages.CreateStatus(OperationState.OperationPending, info.Id, slaveId: state.Info.Id);
        var operation = new AgentOperation(uuid, OperationMessages.Create(info, pending, frameworkId, state.Info.Id, uuid));
        state.Operations[uuid] = operation;
        return operation;
    }

    /// <summary>Decides what comes of an operation. The agent's resources must be what they are to be afterwards.</summary>
    public void Decide(AgentOperation operation, OperationState outcome, string? why = null) => operation.Decide(OperationMessages.CreateStatus(
        outcome, operation.Record.Info.Id, why, uuid: context.Actor.Random.NewUuid(), slaveId: state.Info.Id));

    /// <summary>Keeps what was decided, and only then tells.</summary>
    /// <exception cref="IOException">It cannot be kept; the agent cannot go on.</exception>
    public async Task TellAsync(AgentOperation operation)
    {
        await context.Checkpoints.Resources.CommitAsync();
        operation.Told();
        await updates.UpdateAsync(operation.Uuid, UpdateOf(operation));
    }

    /// <summary>Somebody has got what came of an operation.</summary>
    /// <exception cref="IOException">That cannot be kept.</exception>
    public async Task AcknowledgeAsync(AgentOperation operation, Guid status, UPid from)
    {
        switch (await updates.AcknowledgeAsync(operation.Uuid, status))
        {
            case AcknowledgementResult.Unexpected:
                context.Metrics.DroppedMessages.Increment();
                LogUnexpected(from, operation.Uuid);
                break;
            case AcknowledgementResult.StreamClosed:
                await ForgetAsync([operation.Uuid]);
                break;
        }
    }

    /// <summary>Forgets operations, and then their streams: the other way round one would be told again after a crash.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<Guid> operations)
    {
        foreach (Guid operation in operations)
        {
            state.Operations.Remove(operation);
        }

        await context.Checkpoints.Resources.CommitAsync();
        await store.CommitAsync([.. operations.Select(operation => new Change.RemoveTree(updates.DirectoryOf(operation)))]);
        cleanup.EndDrainIfEmpty();
    }

    /// <summary>The message about what came of an operation.</summary>
    private UpdateOperationStatusMessage UpdateOf(AgentOperation operation) => OperationMessages.CreateUpdate(
        operation.Record.Uuid, operation.Record.LatestStatus, latestStatus: null, operation.Record.FrameworkId, state.Info.Id);

    [LoggerMessage(3513, LogLevel.Warning, "Ignoring an acknowledgement from {From} for operation {Operation}: it is a duplicate, or of another status")]
    private partial void LogUnexpected(UPid from, Guid operation);
}
