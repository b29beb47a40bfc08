using Mesos.Proto;
using Mesos.Proto.Scheduler;
using Mesos.Sched;

namespace Mesos.Cli.Tests.Execute;

/// <summary>Notes what is asked of it, as short sentences.</summary>
internal sealed class FakeDriver : ISchedulerDriver
{
    private readonly List<string> calls = [];

    public IReadOnlyList<string> Calls => calls;

    public TaskInfo? Launched { get; private set; }

    public Status Start() => Note("start");

    public Status Stop(bool failover = false) => Note("stop");

    public Status Abort() => Note("abort");

    public Status Join() => Note("join");

    public Task<Status> JoinAsync(CancellationToken cancellation = default) => Task.FromResult(Note("join"));

    public Status Run() => Note("run");

    public Task<Status> RunAsync(CancellationToken cancellation = default) => Task.FromResult(Note("run"));

    public Status RequestResources(IEnumerable<Request> requests) => Note("request");

    public Status LaunchTasks(IEnumerable<OfferID> offerIds, IEnumerable<TaskInfo> tasks, Filters? filters = null) => Note("launch on many");

    public Status LaunchTasks(OfferID offerId, IEnumerable<TaskInfo> tasks, Filters? filters = null)
    {
        Launched = tasks.Single();
        return Note($"launch {Launched.Name} on {offerId.Value} with {string.Join(' ', Launched.Resources.Select(resource => $"{resource.Name}:{resource.Scalar.Value}"))}");
    }

    public Status AcceptOffers(IEnumerable<OfferID> offerIds, IEnumerable<Offer.Types.Operation> operations, Filters? filters = null) => Note("accept");

    public Status DeclineOffer(OfferID offerId, Filters? filters = null) => Note($"decline {offerId.Value}");

    public Status KillTask(TaskID taskId) => Note($"kill {taskId.Value}");

    public Status ReviveOffers() => Note("revive");

    public Status ReviveOffers(IEnumerable<string> roles) => Note("revive roles");

    public Status SuppressOffers() => Note("suppress");

    public Status SuppressOffers(IEnumerable<string> roles) => Note("suppress roles");

    public Status AcknowledgeStatusUpdate(TaskStatus status) => Note("acknowledge");

    public Status SendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, ReadOnlyMemory<byte> data) => Note("message");

    public Status ReconcileTasks(IEnumerable<TaskStatus> statuses) => Note("reconcile");

    public Status UpdateFramework(FrameworkInfo frameworkInfo, IEnumerable<string> suppressedRoles, OfferConstraints? offerConstraints = null) => Note("update");

    private Status Note(string call)
    {
        calls.Add(call);
        return Status.DriverRunning;
    }
}
