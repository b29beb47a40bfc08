using LibProcess.Addressing;
using Mesos.Authentication;
using Mesos.Authentication.CramMd5;
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

    private static Conversation New() => new(configure: options => options with { Credential = Credential });
}
