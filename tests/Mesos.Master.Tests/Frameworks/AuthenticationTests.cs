using LibProcess.Addressing;
using Mesos.Authentication.CramMd5;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Frameworks;

/// <summary>Frameworks and agents that must prove who they are.</summary>
public sealed class AuthenticationTests : MasterTest
{
    protected override MasterOptions Options => base.Options with
    {
        AuthenticateFrameworks = true,
        AuthenticateAgents = true,
        Credentials = new Credentials { Credentials_ = { Credential("fw"), Credential("agent") } },
    };

    [Test]
    public async Task A_framework_that_has_proven_nothing_is_told_so()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo($"Framework at {scheduler.Self} is not authenticated"));
    }

    [Test]
    public async Task A_framework_that_has_proven_who_it_is_is_registered_under_its_principal()
    {
        FakeScheduler scheduler = Scheduler();
        Assert.That(await AuthenticateAsync(scheduler, "fw"), Is.True);
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.Info.Id, Is.Not.Null);
    }

    [Test]
    public async Task A_verdict_reaches_both_sides_before_the_node_is_at_rest()
    {
        FakeScheduler scheduler = Scheduler();
        for (int round = 0; round < 2000; round++)
        {
            Task<bool> verdict = scheduler.CallAsync(
                () => new CramMd5Authenticatee(Node.Manager).AuthenticateAsync(Master.Self, scheduler.Self, Credential("fw"), CancellationToken.None));
            await Node.SettleAsync();
            Assert.That(verdict.IsCompletedSuccessfully, Is.True, $"round {round}");
            scheduler.Info.Id = null;
            scheduler.Subscribe();
            await Node.SettleAsync();
            Assert.That(scheduler.Info.Id, Is.Not.Null, $"round {round}");
        }
    }

    [Test]
    public async Task A_wrong_secret_proves_nothing()
    {
        FakeScheduler scheduler = Scheduler();
        Assert.That(await AuthenticateAsync(scheduler, "fw", "wrong"), Is.False);
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Does.EndWith("is not authenticated"));
    }

    [Test]
    public async Task The_principal_of_a_framework_must_be_the_proven_one()
    {
        FakeScheduler scheduler = Scheduler();
        await AuthenticateAsync(scheduler, "agent");
        scheduler.Info.Principal = "fw";
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(
            scheduler.TakeOnly<FrameworkErrorMessage>().Message,
            Is.EqualTo("Framework principal 'fw' does not match authenticated principal 'agent'"));
    }

    [Test]
    public async Task What_comes_while_its_sender_proves_who_it_is_waits_for_the_verdict()
    {
        FakeScheduler scheduler = Scheduler();
        FakeScheduler silent = Scheduler("silent");
        silent.Say(new AuthenticateMessage { Pid = scheduler.Self.ToString() });
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);

        // A new attempt ends the one that got nowhere, and what waited for it is lost.
        Task arrived = Node.Filters.ExpectMessage<AuthenticateMessage>();
        Task<bool> verdict = AuthenticateAsync(scheduler, "fw");
        await arrived;
        scheduler.Subscribe();
        Assert.That(await verdict, Is.True);
        await Node.SettleAsync();
        Assert.That(scheduler.Info.Id, Is.Not.Null);
    }

    [Test]
    public async Task An_attempt_that_takes_too_long_ends_and_what_waited_for_it_is_lost()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Say(new AuthenticateMessage { Pid = scheduler.Self.ToString() });
        scheduler.Subscribe();
        await Node.SettleAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(15));
        Assert.That(scheduler.Take(), Is.Empty);
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Does.EndWith("is not authenticated"));
    }

    [Test]
    public async Task A_new_wish_takes_away_what_was_proven()
    {
        FakeScheduler scheduler = Scheduler();
        await AuthenticateAsync(scheduler, "fw");
        Assert.That(await AuthenticateAsync(scheduler, "nobody"), Is.False);
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Does.EndWith("is not authenticated"));
    }

    [Test]
    public async Task An_agent_that_has_proven_nothing_is_not_answered_and_one_that_has_is()
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        agent.Register();
        await Node.SettleAsync();
        Assert.That(agent.Info.Id, Is.Null);
        Assert.That(await AuthenticateAsync(agent, "agent"), Is.True);
        agent.Register();
        await Node.SettleAsync();
        Assert.That(agent.Info.Id, Is.Not.Null);
    }

    [Test]
    public async Task A_wish_for_no_process_is_ignored()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Say(new AuthenticateMessage { Pid = "nonsense" });
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);
    }

    private static Credential Credential(string principal, string secret = "secret") => new() { Principal = principal, Secret = secret };

    private async Task<bool> AuthenticateAsync(FakePeer peer, string principal, string secret = "secret")
    {
        Task<bool> verdict = new CramMd5Authenticatee(Node.Manager)
            .AuthenticateAsync(Master.Self, peer.Self, Credential(principal, secret), CancellationToken.None);
        bool accepted = await verdict.WaitAsync(TimeSpan.FromSeconds(20));
        await Node.SettleAsync();
        return accepted;
    }
}
