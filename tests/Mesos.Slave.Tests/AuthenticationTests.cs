using LibProcess.Addressing;
using Mesos.Authentication.CramMd5;

namespace Mesos.Slave.Tests;

/// <summary>Agents with a credential.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class AuthenticationTests
{
    private static readonly Credential Credential = new() { Principal = "agent", Secret = "secret" };

    private SlaveRig rig = null!;

    [SetUp]
    public void SetUp() => rig = new SlaveRig(options => options with { Credential = Credential });

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task The_agent_proves_who_it_is_before_it_registers()
    {
        await using var authenticator = new CramMd5Authenticator(rig.Node.Manager, new Credentials { Credentials_ = { Credential } });
        Task<AuthenticateMessage> asking = rig.Node.Filters.ExpectMessage<AuthenticateMessage>(to: "master");
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.All, Is.Empty, "not all agents come at once");
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await asking;
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        (UPid authenticatee, AuthenticateMessage wish) = rig.Master.OnlyWithSender<AuthenticateMessage>();
        Assert.That(authenticatee.Id, Is.EqualTo("crammd5-authenticatee(1)"));
        Assert.That(wish.Pid, Is.EqualTo(rig.Slave.Self.ToString()));
        Assert.That(rig.Master.Got<RegisterSlaveMessage>(), Is.Empty);

        Task<RegisterSlaveMessage> registering = rig.Node.Filters.ExpectMessage<RegisterSlaveMessage>(to: "master");
        Assert.That(await authenticator.AuthenticateAsync(authenticatee, CancellationToken.None), Is.EqualTo("agent"));
        Assert.That((await registering).Slave, Is.Not.Null);
    }

    [Test]
    public async Task A_master_that_refuses_ends_the_agent()
    {
        await using var authenticator = new CramMd5Authenticator(rig.Node.Manager, credentials: null);
        Task<AuthenticateMessage> asking = rig.Node.Filters.ExpectMessage<AuthenticateMessage>(to: "master");
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await asking;
        await rig.Node.SettleAsync();
        Assert.That(await authenticator.AuthenticateAsync(rig.Master.OnlyWithSender<AuthenticateMessage>().From, CancellationToken.None), Is.Null);
        await rig.Node.Manager.WaitAsync(rig.Slave);
        await rig.Node.SettleAsync();
        Assert.That(rig.Slave.Failure, Is.EqualTo("Master refused authentication"));
    }

    [Test]
    public async Task A_new_master_is_convinced_anew()
    {
        Task<AuthenticateMessage> first = rig.Node.Filters.ExpectMessage<AuthenticateMessage>(to: "master");
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await first;
        await rig.Node.SettleAsync();
        rig.Detector.Appoint(null);
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.That(rig.Master.Got<AuthenticateMessage>(), Has.Count.EqualTo(1), "nobody is asked while nobody leads");
        Task<AuthenticateMessage> second = rig.Node.Filters.ExpectMessage<AuthenticateMessage>(to: "master");
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await second;
        Assert.That(rig.Master.Got<RegisterSlaveMessage>(), Is.Empty);
    }
}
