using LibProcess.Futures;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Sched;
using Operation = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Integration.Tests;

/// <summary>A framework that reserves disk, makes a volume, and runs a task that leaves a file there.</summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(300_000)]
internal sealed class PersistentVolumeTests
{
    private const string Role = "storage";

    private Sandbox sandbox = null!;
    private Cluster cluster = null!;

    [SetUp]
    public async Task SetUp()
    {
        sandbox = new Sandbox();
        cluster = await Cluster.StartAsync(sandbox);
    }

    [TearDown]
    public async Task TearDown()
    {
        await cluster.DisposeAsync();
        foreach (var process in sandbox.Processes())
        {
            Program.KillProcess(int.Parse(process.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
        }

        sandbox.Dispose();
    }

    [Test]
    public async Task A_file_in_a_volume_outlives_its_task_and_a_killed_agent_and_goes_with_the_volume()
    {
        VolumeScheduler scheduler = new();
        FrameworkInfo framework = new()
        {
            User = Environment.UserName,
            Name = "volumes",
            Checkpoint = true,
            FailoverTimeout = 600,
            Roles = { Role },
            Capabilities =
            {
                new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.MultiRole },
                new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.ReservationRefinement },
            },
        };
        await using MesosSchedulerDriver driver = new(scheduler, framework, cluster.Address);
        driver.Start();
        Assert.That((await scheduler.Ended.Task.InTime()).State, Is.EqualTo(TaskState.TaskFinished), cluster.Agent.Errors);
        string volume = sandbox.File($"agent/volumes/roles/{Role}/data");
        Assert.That(await File.ReadAllTextAsync(Path.Combine(volume, "file")), Is.EqualTo("kept\n"));

        cluster.Agent.Kill();
        await cluster.RestartAgentAsync();
        scheduler.DestroyNext = true;
        await scheduler.VolumeOffered.Task.InTime();
        Assert.That(() => Directory.Exists(volume), Is.False.After(60_000, 50));
        await scheduler.Released.Task.InTime();
        driver.Stop();
        Assert.That(await cluster.StopAsync(), Is.EqualTo((0, 0)));
    }

    private sealed class VolumeScheduler : IScheduler
    {
        private bool launched;
        private bool destroyed;

        public Promise<TaskStatus> Ended { get; } = new();

        /// <summary>Completes when the volume is offered to be destroyed.</summary>
        public Promise<bool> VolumeOffered { get; } = new();

        /// <summary>Completes when all is offered unreserved.</summary>
        public Promise<bool> Released { get; } = new();

        public volatile bool DestroyNext;

        public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
        {
        }

        public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
        {
            foreach (Offer offer in offers)
            {
                Filters soon = new() { RefuseSeconds = 0.1 };
                Resource? volume = offer.Resources.FirstOrDefault(resource => resource.Disk?.Persistence is not null);
                if (!launched)
                {
                    launched = true;
                    driver.AcceptOffers([offer.Id], [Reserve(), Create(), Launch(offer.SlaveId)], soon);
                }
                else if (volume is not null && DestroyNext && !destroyed)
                {
                    destroyed = true;
                    VolumeOffered.TrySet(true);
                    driver.AcceptOffers(
                        [offer.Id],
                        [
                            new Operation { Type = OperationType.Destroy, Destroy = new Operation.Types.Destroy { Volumes = { volume } } },
                            new Operation { Type = OperationType.Unreserve, Unreserve = new Operation.Types.Unreserve { Resources = { Disk(volume: false) } } },
                        ],
                        soon);
                }
                else
                {
                    if (destroyed && offer.Resources.All(resource => resource.Reservations.Count == 0))
                    {
                        Released.TrySet(true);
                    }

                    driver.DeclineOffer(offer.Id, soon);
                }
            }
        }

        public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
        {
            if (status.State.IsTerminal())
            {
                Ended.TrySet(status);
            }
        }

        public void Error(ISchedulerDriver driver, string message) => Ended.TryFail(new InvalidOperationException(message));

        private static Operation Reserve() => new()
        {
            Type = OperationType.Reserve,
            Reserve = new Operation.Types.Reserve { Resources = { Disk(volume: false) } },
        };

        private static Operation Create() => new()
        {
            Type = OperationType.Create,
            Create = new Operation.Types.Create { Volumes = { Disk(volume: true) } },
        };

        private static Operation Launch(SlaveID agent) => new()
        {
            Type = OperationType.Launch,
            Launch = new Operation.Types.Launch
            {
                TaskInfos =
                {
                    new TaskInfo
                    {
                        Name = "writer",
                        TaskId = new TaskID { Value = "writer" },
                        SlaveId = agent,
                        Command = new CommandInfo { Value = "echo kept > data/file" },
                        Resources = { Scalar("cpus", 0.1), Scalar("mem", 32), Disk(volume: true) },
                    },
                },
            },
        };

        private static Resource Disk(bool volume)
        {
            Resource disk = Scalar("disk", 64);
            disk.Reservations.Add(new Resource.Types.ReservationInfo { Role = Role, Type = Resource.Types.ReservationInfo.Types.Type.Dynamic });
            if (volume)
            {
                disk.Disk = new Resource.Types.DiskInfo
                {
                    Persistence = new Resource.Types.DiskInfo.Types.Persistence { Id = "data" },
                    Volume = new Volume { ContainerPath = "data", Mode = Volume.Types.Mode.Rw },
                };
            }

            return disk;
        }

        private static Resource Scalar(string name, double amount) => new()
        {
            Name = name,
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = amount },
            AllocationInfo = new Resource.Types.AllocationInfo { Role = Role },
        };
    }
}
