using LibProcess.Addressing;
using Mesos.Common.Collections;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Paths;
using Mesos.Slave.Recovery;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;
using OperationStream = Mesos.Slave.StatusUpdates.UpdateStream<Mesos.Proto.Internal.UpdateOperationStatusMessage>;

namespace Mesos.Slave.Operations;

/// <summary>
/// Brings the outcome of every operation to the master until it is acknowledged: after 10 seconds, then twice as long each time, at
/// most 10 minutes.
/// </summary>
/// <remarks>Upstream: <c>OperationStatusUpdateManager</c> in src/status_update_manager/operation.hpp.</remarks>
internal sealed partial class OperationStatusUpdates(SlaveContext context, ICheckpointStore store)
{
    private readonly LinkedDictionary<Guid, OperationStream> streams = new();
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;
    private bool paused = true;

    /// <summary>Writes an outcome down and sends it.</summary>
    /// <exception cref="IOException">It cannot be kept, and is not sent.</exception>
    public async Task UpdateAsync(Guid operation, UpdateOperationStatusMessage update)
    {
        if (!streams.TryGetValue(operation, out OperationStream? stream))
        {
            streams[operation] = stream = NewStream(PathOf(operation));
        }

        Guid uuid = UuidOf(update);
        if (!stream.TryReceive(uuid))
        {
            await stream.Kept;
            return;
        }

        stream.Kept = store.CommitAsync(new Change.Append(stream.Path!, RecordFrames.Frame(new UpdateOperationStatusRecord
        {
            Type = UpdateOperationStatusRecord.Types.Type.Update,
            Update = update,
        })));
        await stream.Kept;
        stream.Add(uuid, update);
        if (stream.Count == 1)
        {
            ForwardHead(stream, TaskStatusUpdateManagerProcess.MinRetryInterval);
        }
    }

    /// <summary>Takes an acknowledgement.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public async Task<AcknowledgementResult> AcknowledgeAsync(Guid operation, Guid status)
    {
        if (!streams.TryGetValue(operation, out OperationStream? stream) || !stream.TryBeginAcknowledgement(status))
        {
            return AcknowledgementResult.Unexpected;
        }

        stream.Retry?.Dispose();
        await store.CommitAsync(new Change.Append(stream.Path!, RecordFrames.Frame(new UpdateOperationStatusRecord
        {
            Type = UpdateOperationStatusRecord.Types.Type.Ack,
            Uuid = OperationMessages.ToMessage(status),
        })));
        stream.EndAcknowledgement();
        if (stream.IsTerminated)
        {
            streams.Remove(operation);
            return AcknowledgementResult.StreamClosed;
        }

        ForwardHead(stream, TaskStatusUpdateManagerProcess.MinRetryInterval);
        return AcknowledgementResult.Accepted;
    }

    /// <summary>Takes up what an earlier run of the agent left. Nothing is sent before <see cref="Resume"/>.</summary>
    /// <returns>Whether anything of the outcome was written down, and whether that it is through was, too.</returns>
    public (bool IsKept, bool IsTerminated) Recover(Guid operation, RecoveredOperationStream recovered)
    {
        OperationStream stream = NewStream(PathOf(operation));
        stream.Replay(recovered.Updates.Select(static update => (UuidOf(update), update)), recovered.Acknowledged);
        if (!stream.IsTerminated && !stream.IsEmpty)
        {
            streams[operation] = stream;
        }

        return (!stream.IsEmpty, stream.IsTerminated);
    }

    /// <summary>Stops sending until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        paused = true;
        foreach (OperationStream stream in streams.Values)
        {
            stream.Retry?.Dispose();
        }
    }

    /// <summary>Sends every outcome that is not acknowledged at once, also where it is in flight.</summary>
    public void Resume()
    {
        paused = false;
        foreach (OperationStream stream in streams.Values.ToArray())
        {
            ForwardHead(stream, TaskStatusUpdateManagerProcess.MinRetryInterval);
        }
    }

    /// <summary>The directory of an operation's stream.</summary>
    public string DirectoryOf(Guid operation) => Path.GetDirectoryName(PathOf(operation))!;

    private static OperationStream NewStream(string path) => new(path, static update => update.Status.State.IsTerminal());

    private static Guid UuidOf(UpdateOperationStatusMessage update) =>
        UuidBytes.TryParse(update.Status.Uuid?.Value, out Guid uuid) ? uuid : Guid.Empty;

    private string PathOf(Guid operation) => SlavePaths.OperationUpdates(context.Checkpoints.Meta, state.Id!, operation.ToString());

    private void ForwardHead(OperationStream stream, TimeSpan retryAfter)
    {
        if (paused || stream.IsBeingAcknowledged || stream.Head is not { } head || state.Master is not { } master)
        {
            return;
        }

        UpdateOperationStatusMessage message = head.Clone();
        message.LatestStatus = head.Status.Clone();
        string uuid = UuidBytes.TryParse(head.OperationUuid.Value, out Guid operation) ? operation.ToString() : "?";
        LogForwarding(head.Status.State.WireName(), uuid, master);
        context.Actor.Send(master, message);
        stream.Retry?.Dispose();
        stream.Retry = context.Actor.Delay(retryAfter, () =>
        {
            LogRetry(head.Status.State.WireName(), uuid, retryAfter);
            TimeSpan next = retryAfter * 2;
            TimeSpan longest = TaskStatusUpdateManagerProcess.MaxRetryInterval;
            ForwardHead(stream, next < longest ? next : longest);
        });
    }

    [LoggerMessage(3511, LogLevel.Information, "Forwarding the outcome {State} of operation {Operation} to {Master}")]
    private partial void LogForwarding(string state, string operation, UPid master);

    [LoggerMessage(3512, LogLevel.Warning, "Sending the outcome {State} of operation {Operation} again: no acknowledgement within {Waited}")]
    private partial void LogRetry(string state, string operation, TimeSpan waited);
}
