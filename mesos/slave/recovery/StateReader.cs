using System.Globalization;
using System.Text;
using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Paths;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Recovery;

/// <summary>Reads what an earlier run of the agent, ours or the original, left in its work directory. Changes nothing.</summary>
/// <remarks>
/// What is missing was not written yet when the run ended, and is no error; neither is an empty file. What cannot be understood is:
/// with <c>--strict</c> it ends the recovery, otherwise it is passed over and counted. Upstream: src/slave/state.cpp.
/// </remarks>
internal sealed class StateReader(IFileSystem files, string meta, bool strict, string? bootId)
{
    private readonly List<string> errors = [];

    public RecoveredState Read()
    {
        if (!files.DirectoryExists(meta))
        {
            return new RecoveredState();
        }

        string? writtenBootId = ReadText(SlavePaths.BootId(meta))?.Trim();
        bool rebooted = writtenBootId is { Length: > 0 } && bootId is not null && writtenBootId != bootId;
        ResourceState? resources = ReadMessage(SlavePaths.ResourceState(meta), ResourceState.Parser);
        var state = new RecoveredState
        {
            BootId = writtenBootId,
            Rebooted = rebooted,
            Resources = resources ?? ReadOldResources(SlavePaths.ResourcesInfo(meta)),
            ResourcesTarget = ReadMessage(SlavePaths.ResourceStateTarget(meta), ResourceState.Parser) ??
                (resources is null ? ReadOldResources(SlavePaths.ResourcesTarget(meta)) : null),
            HasTargets = files.FileExists(SlavePaths.ResourceStateTarget(meta)) || files.FileExists(SlavePaths.ResourcesTarget(meta)),
            Errors = errors,
        };

        // Of the link only the name counts: work directories are moved.
        string? slaveId = Path.GetFileName(files.ReadLink(SlavePaths.LatestSlave(meta))?.TrimEnd('/'));
        if (slaveId is null || ReadMessage(SlavePaths.SlaveInfo(meta, slaveId), SlaveInfo.Parser) is not { } slave)
        {
            return state;
        }

        return state with
        {
            Slave = slave,
            Drain = ReadMessage(SlavePaths.DrainConfig(meta, slaveId), DrainConfig.Parser),
            Frameworks = [.. Entries(SlavePaths.Frameworks(meta, slaveId)).Select(id => ReadFramework(slaveId, id, rebooted))],
            OperationStreams = [.. Entries(SlavePaths.Operations(meta, slaveId)).Select(name => ReadOperation(slaveId, name))],
        };
    }

    private RecoveredFramework ReadFramework(string slaveId, string id, bool rebooted)
    {
        FrameworkInfo? info = ReadMessage(SlavePaths.FrameworkInfo(meta, slaveId, id), FrameworkInfo.Parser);
        UPid? pid = ReadPid(SlavePaths.FrameworkPid(meta, slaveId, id));
        if (info is null || pid is null)
        {
            return new RecoveredFramework(id, Info: null, Pid: null, []);
        }

        info.Id ??= new FrameworkID { Value = id };
        string executors = SlavePaths.Executors(meta, slaveId, id);
        return new RecoveredFramework(
            id, info, pid, [.. Entries(executors).Select(name => ReadExecutor(Path.Combine(executors, name), name, rebooted))]);
    }

    private RecoveredExecutor ReadExecutor(string directory, string id, bool rebooted)
    {
        string runs = SlavePaths.RunsOf(directory);
        string? latest = Path.GetFileName(files.ReadLink(Path.Combine(runs, SlavePaths.Latest))?.TrimEnd('/'));
        string[] older = [.. Entries(runs).Where(name => name != latest && name != SlavePaths.Latest)];
        ExecutorInfo? info = ReadMessage(SlavePaths.ExecutorInfo(directory), ExecutorInfo.Parser);
        if (info is null || latest is null || !files.DirectoryExists(Path.Combine(runs, latest)))
        {
            return new RecoveredExecutor(id, info, IsForCommandTask: false, Latest: null, older);
        }

        return new RecoveredExecutor(id, info, IsForCommandTask(directory, info), ReadRun(Path.Combine(runs, latest), latest, rebooted), older);
    }

    /// <summary>Older agents did not write it down.</summary>
    private bool IsForCommandTask(string directory, ExecutorInfo info) => ReadText(SlavePaths.GeneratedForCommandTask(directory))?.Trim() switch
    {
        null or "" => info.Command?.Value.EndsWith(Run.CommandExecutors.Program, StringComparison.Ordinal) == true &&
            info.Name.StartsWith("Command Executor", StringComparison.Ordinal),
        "0" => false,
        "1" => true,
        { } text => Defect(SlavePaths.GeneratedForCommandTask(directory), $"'{text}' is neither 0 nor 1", whatElse: false),
    };

    private RecoveredRun ReadRun(string run, string containerId, bool rebooted)
    {
        RecoveredTask[] tasks = [.. Entries(SlavePaths.Tasks(run)).Select(id => ReadTask(run, id)).OfType<RecoveredTask>()];
        ForkedProcess? forked = rebooted ? null : ReadForked(run);
        UPid? pid = forked is null ? null : ReadPid(SlavePaths.LibprocessPid(run));
        return new RecoveredRun(
            containerId,
            files.FileExists(Path.Combine(run, SlavePaths.Sentinel)),
            forked,
            pid,
            forked is not null && pid is null && files.FileExists(Path.Combine(run, SlavePaths.HttpMarker)),
            tasks);
    }

    private RecoveredTask? ReadTask(string run, string id)
    {
        if (ReadMessage(SlavePaths.TaskInfo(run, id), Proto.Task.Parser) is not { } task)
        {
            return null;
        }

        string path = SlavePaths.TaskUpdates(run, id);
        (IReadOnlyList<StatusUpdateRecord> records, long? length) = ReadRecords(path, StatusUpdateRecord.Parser, IsWhole);
        List<StatusUpdate> updates = [];
        HashSet<Guid> acknowledged = [];
        foreach (StatusUpdateRecord record in records)
        {
            if (record.Type == StatusUpdateRecord.Types.Type.Update)
            {
                ResourceFormat.UpgradeAll(record.Update);
                updates.Add(record.Update);
            }
            else if (UuidBytes.TryParse(record.Uuid, out Guid uuid))
            {
                acknowledged.Add(uuid);
            }
        }

        return new RecoveredTask(task, updates, acknowledged, length);
    }

    /// <summary>
    /// A power cut may leave a record of the right length whose end was never written and reads as zeros. The identity is written last,
    /// and twice.
    /// </summary>
    private static bool IsWhole(StatusUpdateRecord record) => record.Type == StatusUpdateRecord.Types.Type.Update
        ? record.Update is { } update && UuidBytes.TryParse(update.Uuid, out _) && (!update.Status.HasUuid || update.Status.Uuid.Equals(update.Uuid))
        : UuidBytes.TryParse(record.Uuid, out _);

    /// <summary>Likewise; the operation comes last, and is what the stream is named after.</summary>
    private static bool IsWhole(UpdateOperationStatusRecord record, string stream) => record.Type == UpdateOperationStatusRecord.Types.Type.Update
        ? record.Update is { } update && UuidBytes.TryParse(update.Status.Uuid?.Value, out _) &&
            UuidBytes.TryParse(update.OperationUuid?.Value, out Guid operation) && operation.ToString("D") == stream
        : UuidBytes.TryParse(record.Uuid?.Value, out _);

    private RecoveredOperationStream ReadOperation(string slaveId, string name)
    {
        string path = SlavePaths.OperationUpdates(meta, slaveId, name);
        (IReadOnlyList<UpdateOperationStatusRecord> records, long? length) =
            ReadRecords(path, UpdateOperationStatusRecord.Parser, record => IsWhole(record, name));
        List<UpdateOperationStatusMessage> updates = [];
        HashSet<Guid> acknowledged = [];
        foreach (UpdateOperationStatusRecord record in records)
        {
            if (record is { Type: UpdateOperationStatusRecord.Types.Type.Update, Update: { } update })
            {
                updates.Add(update);
            }
            else if (UuidBytes.TryParse(record.Uuid?.Value, out Guid uuid))
            {
                acknowledged.Add(uuid);
            }
        }

        return new RecoveredOperationStream(name, updates, acknowledged, length);
    }

    private (IReadOnlyList<T> Records, long? Length) ReadRecords<T>(string path, MessageParser<T> parser, Func<T, bool> isWhole)
        where T : class, IMessage<T>, IWireMessage
    {
        if (files.TryRead(path) is not { } content)
        {
            return ([], null);
        }

        FramedFile<T> file = RecordFrames.Read(content, parser, message => message.CheckRequired(null) && isWhole(message));
        if (file.Error is { } error)
        {
            Defect(path, error, whatElse: false);
        }

        return (file.Messages, file.Length == content.Length ? null : file.Length);
    }

    /// <summary>Older agents wrote nothing but resources.</summary>
    private ResourceState? ReadOldResources(string path)
    {
        if (!files.FileExists(path))
        {
            return null;
        }

        (IReadOnlyList<Resource> resources, _) = ReadRecords(path, Resource.Parser, static _ => true);
        var state = new ResourceState();
        state.Resources.Add(resources);
        ResourceFormat.UpgradeAll(state);
        return state;
    }

    private T? ReadMessage<T>(string path, MessageParser<T> parser)
        where T : class, IMessage<T>, IWireMessage
    {
        byte[]? content = files.TryRead(path);
        if (content is null or { Length: 0 })
        {
            return null;
        }

        FramedFile<T> file = RecordFrames.Read(content, parser, static message => message.CheckRequired(null));
        if (file.Messages.Count != 1 || file.Length != content.Length)
        {
            return Defect<T?>(path, $"it does not hold one message of type {typeof(T).Name}", whatElse: null);
        }

        ResourceFormat.UpgradeAll(file.Messages[0]);
        return file.Messages[0];
    }

    private UPid? ReadPid(string path) => ReadText(path) switch
    {
        null or "" => null,
        { } text when UPid.TryParse(text.Trim(), out UPid pid) => pid,
        { } text => Defect<UPid?>(path, $"'{text}' is no address of a process", whatElse: null),
    };

    private ForkedProcess? ReadForked(string run)
    {
        string path = SlavePaths.ForkedPid(run);
        return ReadText(path) switch
        {
            null or "" => null,
            { } text when int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 1 =>
                new ForkedProcess(pid, ReadForkedStart(SlavePaths.ForkedStart(run))),
            { } text => Defect<ForkedProcess?>(path, $"'{text}' is no id of a process", whatElse: null),
        };
    }

    /// <summary>Neither older agents nor the original write it down.</summary>
    private long? ReadForkedStart(string path) => ReadText(path) switch
    {
        null or "" => null,
        { } text when long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) => ticks,
        { } text => Defect<long?>(path, $"'{text}' is no time at which a process was started", whatElse: null),
    };

    private string? ReadText(string path) => files.TryRead(path) is { } content ? Encoding.UTF8.GetString(content) : null;

    /// <summary>Names that are ids; a dot is a character like others in them.</summary>
    private string[] Entries(string directory) =>
        [.. files.List(directory).Where(static name => !name.StartsWith(CheckpointNames.Temporary, StringComparison.Ordinal))];

    private T Defect<T>(string path, string what, T whatElse)
    {
        string error = $"'{path}': {what}";
        errors.Add(error);
        return strict ? throw new RecoveryException(error) : whatElse;
    }
}
