using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Authentication;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Detection;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>Drivers with a credential.</summary>
[TestFixture]
internal sealed class AuthenticationTests
{
    private static readonly Credential Credential = new() { Principal = "fw", Secret = "secret" };

    [Test]
    public async Task The_driver_proves_who_it_is_before_it_subscribes()
    {
        await using Conversation conversation = New();
        await using var authenticator = new CramMd5Authenticator(conversation.MasterNode.Manager, new Credentials { Credentials_ = { Credential } });
        conversation.Driver.Start();
        AuthenticateMessage wish = await conversation.Master.NextAsync<AuthenticateMessage>();
        UPid authenticatee = conversation.Master.Framework;
        Assert.That(authenticatee.Id, Is.EqualTo("crammd5-authenticatee(1)"));
        Assert.That(conversation.Master.TryTake(out _), Is.False);
        Assert.That(await authenticator.AuthenticateAsync(authenticatee, CancellationToken.None), Is.EqualTo("fw"));
        await conversation.Master.AcceptFrameworkAsync();
        Assert.That(conversation.Master.Framework.ToString(), Is.EqualTo(wish.Pid));
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));
    }

    [Test]
    public async Task A_master_that_refuses_ends_the_driver()
    {
        await using Conversation conversation = New();
        await using var authenticator = new CramMd5Authenticator(conversation.MasterNode.Manager, credentials: null);
        conversation.Driver.Start();
        await conversation.Master.NextAsync<AuthenticateMessage>();
        Assert.That(await authenticator.AuthenticateAsync(conversation.Master.Framework, CancellationToken.None), Is.Null);
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Error));
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));
    }

    [Test]
    public async Task An_attempt_that_comes_to_nothing_is_repeated_at_once_and_one_without_an_answer_after_a_while()
    {
        await using Conversation conversation = New();
        conversation.Driver.Start();
        await conversation.Master.NextAsync<AuthenticateMessage>();
        conversation.Master.Tell(new AuthenticationErrorMessage { Error = "No authenticator loaded" });
        await conversation.Master.NextAsync<AuthenticateMessage>();
        Assert.That(conversation.Master.Framework.Id, Is.EqualTo("crammd5-authenticatee(2)"));
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(4.9));
        Assert.That(conversation.Master.TryTake(out _), Is.False);
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(4.2));
        await conversation.Master.NextAsync<AuthenticateMessage>();
        Assert.That(conversation.Master.Framework.Id, Is.EqualTo("crammd5-authenticatee(3)"));
    }

    [Test]
    public async Task Another_master_is_proven_to_anew_and_the_former_ones_verdict_does_not_count()
    {
        StandaloneMasterDetectorProcess? detector = null;
        await using Conversation conversation = New(manager => detector = StandaloneMasterDetectorProcess.Start(manager));
        await using var former = new CramMd5Authenticator(conversation.MasterNode.Manager, new Credentials { Credentials_ = { Credential } });
        conversation.Driver.Start();
        detector!.Appoint(conversation.Master.Self);
        await conversation.Master.NextAsync<AuthenticateMessage>();

        // The other master of this test is the process that plays the agent elsewhere.
        detector!.Appoint(conversation.Agent.Self);
        await conversation.Agent.NextAsync<AuthenticateMessage>();
        Task<string?> late = former.AuthenticateAsync(conversation.Master.Framework, new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await late.ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.That(conversation.Master.TryTake(out _), Is.False);
        Assert.That(conversation.Agent.TryTake(out _), Is.False, "nothing is said before the new master has a proof");

        Assert.That(await former.AuthenticateAsync(conversation.Agent.Framework, CancellationToken.None), Is.EqualTo("fw"));
        await conversation.Agent.NextCallAsync(Call.Types.Type.Subscribe);
    }

    [Test]
    public async Task Every_return_of_a_master_asks_for_a_new_proof()
    {
        StandaloneMasterDetectorProcess? detector = null;
        await using Conversation conversation = New(manager => detector = StandaloneMasterDetectorProcess.Start(manager));
        await using var authenticator = new CramMd5Authenticator(conversation.MasterNode.Manager, new Credentials { Credentials_ = { Credential } });
        conversation.Driver.Start();
        for (int round = 0; round < 2; round++)
        {
            detector!.Appoint(conversation.Master.Self);
            await conversation.Master.NextAsync<AuthenticateMessage>();
            await authenticator.AuthenticateAsync(conversation.Master.Framework, CancellationToken.None);
            await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
            detector.Appoint((MasterInfo?)null);
            await conversation.SettleAsync();
        }
    }

    [Test]
    public async Task A_driver_that_stops_while_it_waits_for_a_verdict_says_nothing_more()
    {
        await using Conversation conversation = New();
        conversation.Driver.Start();
        await conversation.Master.NextAsync<AuthenticateMessage>();
        conversation.Driver.Stop();
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
        await conversation.Node.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.That(conversation.Master.TryTake(out _), Is.False);
    }

    [TestCase(1, 5, 60, new double[] { 7, 9, 13, 21, 37, 60, 60 })]
    [TestCase(1, 5, 6, new double[] { 6, 6 })]
    [TestCase(1, 5, 2, new double[] { 5, 5 })]
    public void Waits_lie_between_the_least_and_a_bound_that_doubles(double factor, double min, double max, double[] bounds)
    {
        var backoff = new AuthenticationBackoff(TimeSpan.FromSeconds(factor), TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max));
        List<double> seen = [];
        for (TimeSpan bound = backoff.First; seen.Count < bounds.Length; bound = backoff.Next(bound))
        {
            seen.Add(bound.TotalSeconds);
        }

        Assert.That(seen, Is.EqualTo(bounds));
    }

    private static Conversation New(Func<ProcessManager, IMasterDetector>? detector = null) =>
        new(configure: options => options with { Credential = Credential, Detector = detector?.Invoke(options.Manager!) });
}
