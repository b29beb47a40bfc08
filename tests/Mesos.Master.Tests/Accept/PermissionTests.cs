using Mesos.Common.Authorization;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using static Mesos.Master.Tests.OperationFixtures;
using Action = Mesos.Proto.Authorization.Action;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;
using Request = Mesos.Proto.Authorization.Request;

namespace Mesos.Master.Tests.Accept;

public sealed class PermissionTests : MasterTest
{
    private readonly Authorizer authorizer = new();
    private FakeAgent agent = null!;
    private FakeScheduler scheduler = null!;
    private Offer offer = null!;

    protected override MasterOptions Options => base.Options with { Authorizer = authorizer };

    [SetUp]
    public async Task Offer()
    {
        authorizer.Reset();
        agent = await AgentAsync();
        scheduler = await SubscribedAsync(prepare: s => s.Info.Principal = "me");
        offer = OnlyOffer(scheduler);
        authorizer.Waits = true;
        scheduler.Launch(offer, FakeScheduler.Task(offer));
        await Node.SettleAsync();
        Assert.That(authorizer.Asked[^1].Action, Is.EqualTo(Action.RunTask));
        Assert.That(authorizer.Asked[^1].Subject.Value, Is.EqualTo("me"));
    }

    [Test]
    public async Task A_task_is_launched_when_it_is_permitted_and_not_before()
    {
        Assert.That(agent.Take(), Is.Empty);
        await AnswerAsync(true);
        agent.TakeOnly<RunTaskMessage>();
        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task A_task_that_is_not_permitted_is_an_error()
    {
        await AnswerAsync(false);
        TaskStatus status = scheduler.TakeOnly<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskError, Reason.TaskUnauthorized)));
        Assert.That(
            status.Message,
            Is.EqualTo($"Principal 'me' no authorized to launch task task-1 of framework {scheduler.FrameworkId.Value} under user 'root'"));
        Assert.That(agent.Take(), Is.Empty);
    }

    [Test]
    public async Task A_pending_task_is_staging_for_those_who_ask_and_can_be_killed()
    {
        scheduler.Make(Call.Types.Type.Reconcile, call => call.Reconcile = new Call.Types.Reconcile());
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskStaging));

        scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill { TaskId = new TaskID { Value = "task-1" } });
        await Node.SettleAsync();
        TaskStatus status = scheduler.TakeOnly<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskKilled, Reason.TaskKilledDuringLaunch)));
        await AnswerAsync(true);
        Assert.That((agent.Take().Count, scheduler.Take().Count), Is.EqualTo((0, 0)), "no launch, and nothing said twice");
    }

    [Test]
    public async Task A_framework_may_not_become_one_that_it_may_not_register()
    {
        await AnswerAsync(true);
        agent.Take();
        scheduler.Take();
        scheduler.Info.WebuiUrl = "http://new.example";
        Update();
        await Node.SettleAsync();
        Request asked = authorizer.Asked[^1];
        Assert.That(
            (asked.Action, asked.Subject.Value, asked.Object.FrameworkInfo.WebuiUrl, asked.Object.Value),
            Is.EqualTo((Action.RegisterFramework, "me", "http://new.example", "*")));
        await AnswerAsync(false);
        Assert.That(
            scheduler.TakeOnly<FrameworkErrorMessage>().Message,
            Is.EqualTo($"Not authorized to register framework {scheduler.FrameworkId.Value} with roles {{ * }}"));
        Assert.That(agent.Take(), Is.Empty);

        Update();
        await Node.SettleAsync();
        await AnswerAsync(true);
        Assert.That(agent.TakeOnly<UpdateFrameworkMessage>().FrameworkInfo.WebuiUrl, Is.EqualTo("http://new.example"));

        void Update() => scheduler.Make(Call.Types.Type.UpdateFramework, call =>
            call.UpdateFramework = new Call.Types.UpdateFramework { FrameworkInfo = scheduler.Info.Clone() });
    }

    [Test]
    public async Task An_accepted_offer_is_used_up_while_permission_is_waited_for()
    {
        scheduler.Decline(offer);
        scheduler.Launch(offer, FakeScheduler.Task(offer, "second"));
        await Node.SettleAsync();
        Assert.That(
            scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.Message,
            Is.EqualTo($"Task launched with invalid offers: Offer {offer.Id.Value} is no longer valid"));
        await AnswerAsync(true);
        agent.TakeOnly<RunTaskMessage>();
    }

    [Test]
    public async Task What_the_agent_took_away_meanwhile_is_gone()
    {
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.SettleAsync();
        scheduler.Take();
        await AnswerAsync(true);
        TaskStatus status = scheduler.TakeOnly<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason, status.Message), Is.EqualTo((TaskState.TaskLost, Reason.SlaveRemoved, "Agent removed")));
    }

    [Test]
    public async Task A_framework_that_left_meanwhile_hears_nothing()
    {
        scheduler.Make(Call.Types.Type.Teardown);
        await Node.SettleAsync();
        agent.Take();
        await AnswerAsync(true);
        Assert.That((agent.Take().Count, scheduler.Take().Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_authorizer_that_fails_has_not_said_yes()
    {
        authorizer.Fail();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.Message, Does.StartWith("Failed to authorize principal 'me' to launch task task-1"));
    }

    [Test]
    public async Task Operations_need_permission_by_role_or_principal()
    {
        await AnswerAsync(true);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        offer = OnlyOffer(scheduler);
        authorizer.Asked.Clear();
        scheduler.Accept([offer], null, Unreserve(Reserved("cpus:1", "a", "p")), Create(Volume("v", 1, "a")), Destroy(Volume("v", 1, "a", "p")));
        await Node.SettleAsync();
        Assert.That(
            authorizer.Asked.Select(request => (request.Action, request.Object.Value)),
            Is.EqualTo(new[] { (Action.UnreserveResources, "p"), (Action.CreateVolume, "a"), (Action.DestroyVolume, "p") }));
    }

    [Test]
    public async Task Frameworks_and_agents_need_permission_to_come_in()
    {
        authorizer.Asked.Clear();
        FakeScheduler stranger = Scheduler("scheduler-2");
        stranger.Subscribe();
        FakeAgent late = Node.Spawn(new FakeAgent(Node.Manager, agent.Master, "slave(2)"));
        late.Register();
        await Node.SettleAsync();
        Assert.That(authorizer.Asked.Select(request => request.Action), Is.EquivalentTo(new[] { Action.RegisterFramework, Action.RegisterAgent }));
        await AnswerAsync(false);
        Assert.That(stranger.TakeOnly<FrameworkErrorMessage>().Message, Does.StartWith("Not authorized to register framework"));
        Assert.That(late.Info.Id, Is.Null);
    }

    private async Task AnswerAsync(bool permitted)
    {
        authorizer.Answer(permitted);
        await Node.SettleAsync();
    }

    private sealed class Authorizer : IAuthorizer
    {
        private readonly Lock gate = new();
        private readonly List<TaskCompletionSource<bool>> waiting = [];

        public List<Request> Asked { get; } = [];

        public bool Waits { get; set; }

        public void Reset()
        {
            lock (gate)
            {
                Waits = false;
                waiting.Clear();
                Asked.Clear();
            }
        }

        public void Answer(bool permitted)
        {
            lock (gate)
            {
                waiting.ForEach(answer => answer.TrySetResult(permitted));
                waiting.Clear();
            }
        }

        public void Fail()
        {
            lock (gate)
            {
                waiting.ForEach(answer => answer.TrySetException(new InvalidOperationException("no connection")));
                waiting.Clear();
            }
        }

        public ValueTask<bool> IsAuthorizedAsync(Request request, CancellationToken cancellationToken)
        {
            lock (gate)
            {
                Asked.Add(request.Clone());
                if (!Waits)
                {
                    return new ValueTask<bool>(true);
                }

                var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Add(answer);
                return new ValueTask<bool>(answer.Task);
            }
        }
    }
}
