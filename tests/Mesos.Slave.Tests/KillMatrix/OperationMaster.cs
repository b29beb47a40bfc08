using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Slave.Operations;
using OperationInfo = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>
/// A master that has volumes made and destroyed, some operations sent together, asks again for those an agent does not know, and
/// acknowledges after a while. It notes whatever an agent says that cannot be so.
/// </summary>
internal sealed class OperationMaster(ProcessManager manager, Common.Resources plain, bool beginsWithVolume) : ProcessBase(manager, "master")
{
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(3);

    // The first two are sent together, and so are the fourth and the fifth.
    private static readonly OperationInfo[] Whole =
    [
        OperationRig.Reserve(OperationRig.Reserved("disk", 100)),
        OperationRig.Create(OperationRig.Volume(id: "first")),
        OperationRig.Reserve(OperationRig.Reserved("cpus", 1)),
        OperationRig.Destroy(OperationRig.Volume(id: "first")),
        OperationRig.Create(OperationRig.Volume(id: "second")),
        OperationRig.Unreserve(OperationRig.Reserved("cpus", 1)),
    ];

    // The agent has kept nothing before the first of these.
    private static readonly OperationInfo[] VolumeFirst = [OperationRig.Create(OperationRig.StaticVolume("first")), OperationRig.Create(OperationRig.StaticVolume("second"))];

    private readonly OperationInfo[] script = beginsWithVolume ? VolumeFirst : Whole;
    private readonly Common.Resources[] states = States(plain, beginsWithVolume ? VolumeFirst : Whole);
    private readonly Step[] steps = [.. (beginsWithVolume ? VolumeFirst : Whole).Select(static _ => new Step())];
    private byte uuids;
    private UUID version = new();
    private bool sent;

    /// <summary>What agents said that cannot be so, one sentence each.</summary>
    public List<string> Wrong { get; } = [];

    public bool IsDone => steps.All(static step => step.Status is not null);

    /// <summary>Operations the agent told last time that it registered.</summary>
    public int Unacknowledged { get; private set; }

    /// <summary>Called when a volume is there for the first time.</summary>
    public Action<string> Created { get; set; } = static _ => { };

    /// <summary>Says what is wrong with the volumes on the disk, given those that are there and those that may be.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>, string?> CheckVolumes { get; set; } = static (_, _) => null;

    /// <summary>What the agent is to have in the end.</summary>
    public IReadOnlyList<string> LastVolumes => Volumes(states[^1]);

    protected override void Initialize()
    {
        Install<RegisterSlaveMessage>((from, _) =>
        {
            if (sent)
            {
                Wrong.Add("the agent forgot its id");
            }

            Send(from, new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        });
        Install<ReregisterSlaveMessage>(Reregister);
        Install<UpdateSlaveMessage>(Updated);
        Install<UpdateOperationStatusMessage>(Told);
        Install<PongSlaveMessage>((_, _) => { });
        Install<UnregisterSlaveMessage>((_, _) => { });
    }

    private static Common.Resources[] States(Common.Resources plain, OperationInfo[] script)
    {
        List<Common.Resources> states = [plain];
        foreach (OperationInfo info in script)
        {
            Assert.That(OperationRules.TryApply(states[^1], info, out Common.Resources? next, out string? error), Is.True, error);
            states.Add(next!);
        }

        return [.. states.Select(static state => state.Where(Common.ResourceQueries.NeedsCheckpointing))];
    }

    private static IReadOnlyList<string> Volumes(Common.Resources resources) =>
        [.. resources.PersistentVolumes().Select(static volume => volume.Disk.Persistence.Id)];

    private void Reregister(UPid from, ReregisterSlaveMessage message)
    {
        Common.ResourceFormat.UpgradeAll(message);
        var has = Common.Resources.From(message.CheckpointedResources);
        int least = steps.TakeWhile(static step => step.Status is not null).Count();
        int most = steps.TakeWhile(static step => step.Uuid is not null).Count();
        if (!states[least..(most + 1)].Any(has.Equals))
        {
            Wrong.Add($"it has {has} though {least} operations were told to be finished and {most} sent");
        }

        if (CheckVolumes(Volumes(has), [.. states[least..(most + 1)].SelectMany(Volumes)]) is { } defect)
        {
            Wrong.Add(defect);
        }

        Send(from, new SlaveReregisteredMessage { SlaveId = message.Slave.Id.Clone() });
    }

    private void Updated(UPid from, UpdateSlaveMessage message)
    {
        version = message.ResourceVersionUuid;
        Unacknowledged = message.Operations.Operations_.Count;
        HashSet<UUID> known = [.. message.Operations.Operations_.Select(static operation => operation.Uuid)];
        var missing = new ReconcileOperationsMessage();
        foreach (Step step in steps.Where(step => step is { Uuid: not null, Status: null } && !known.Contains(step.Uuid)))
        {
            missing.Operations.Add(new ReconcileOperationsMessage.Types.Operation { OperationUuid = step.Uuid!.Clone() });
        }

        if (missing.Operations.Count > 0)
        {
            Send(from, missing);
        }

        SendNext(from);
    }

    private void SendNext(UPid agent)
    {
        for (int index = 0; index < steps.Length; index++)
        {
            bool together = index is 1 or 4;
            if (steps[index].Uuid is null && steps.Take(together ? index - 1 : index).All(static step => step.Status is not null))
            {
                Apply(agent, index);
            }
        }
    }

    private void Apply(UPid agent, int index)
    {
        sent = true;
        steps[index].Uuid = OperationRig.Uuid(++uuids);
        OperationInfo info = script[index].Clone();
        info.Id = new OperationID { Value = "op-" + index };
        Send(agent, new ApplyOperationMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            OperationInfo = info,
            OperationUuid = steps[index].Uuid!.Clone(),
            ResourceVersionUuid = new ResourceVersionUUID { Uuid = version.Clone() },
        });
    }

    private void Told(UPid from, UpdateOperationStatusMessage message)
    {
        int index = Array.FindIndex(steps, step => message.OperationUuid.Equals(step.Uuid));
        OperationStatus status = message.Status;
        if (index < 0)
        {
            if (status.State != OperationState.OperationDropped)
            {
                Wrong.Add($"{status.State} was told of an operation that was dropped");
            }

            return;
        }

        Step told = steps[index];
        switch (status.State)
        {
            case OperationState.OperationDropped when told.Status is null:
                Apply(from, index);
                break;
            case OperationState.OperationFinished when told.Status is null || told.Status.Equals(status.Uuid):
                if (told.Status is null && script[index].Type == OperationType.Create)
                {
                    Created(script[index].Create.Volumes[0].Disk.Persistence.Id);
                }

                told.Status = status.Uuid;
                SendNext(from);
                Delay(Slowness, () => Send(from, new AcknowledgeOperationStatusMessage
                {
                    StatusUuid = status.Uuid.Clone(),
                    OperationUuid = message.OperationUuid.Clone(),
                }));
                break;
            default:
                Wrong.Add($"operation {index} was told as {status.State} '{status.Message}'{(told.Status is null ? "" : " after another outcome")}");
                break;
        }
    }

    private sealed class Step
    {
        public UUID? Uuid { get; set; }

        public UUID? Status { get; set; }
    }
}
