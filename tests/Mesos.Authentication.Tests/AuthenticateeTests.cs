using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Testing;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Messages;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Authentication.Tests;

/// <summary>The side that proves who it is, with masters that do not keep to the rules.</summary>
[CancelAfter(60_000)]
public class AuthenticateeTests
{
    private static readonly AuthenticationMechanismsMessage Mechanisms = new() { Mechanisms = { "CRAM-MD5" } };
    private static readonly AuthenticationStepMessage Challenge = new() { Data = ByteString.CopyFromUtf8("<1.2@x>") };

    private TestNode node = null!;
    private TestNode far = null!;
    private Peer master = null!;
    private Peer session = null!;

    [SetUp]
    public void Start()
    {
        node = new TestNode(configure: WireMessageSchema.ApplyTo);
        far = new TestNode(configure: WireMessageSchema.ApplyTo);
        master = far.Spawn(new Peer(far.Manager, "master"));
        session = far.Spawn(new Peer(far.Manager, "session"));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await node.DisposeAsync();
        await far.DisposeAsync();
    }

    [Test]
    public async Task Answers_go_to_the_sender_of_each_message_not_to_the_master()
    {
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        session.Say(self, new AuthenticationMechanismsMessage { Mechanisms = { "PLAIN", "CRAM-MD5" } });
        Assert.That(await session.ReceiveAsync<AuthenticationStartMessage>(), Is.EqualTo(new AuthenticationStartMessage { Mechanism = "CRAM-MD5", Data = ByteString.Empty }));
        session.Say(self, Challenge);
        await session.ReceiveAsync<AuthenticationStepMessage>();
        session.Say(self, new AuthenticationCompletedMessage());
        Assert.That(await verdict, Is.True);
    }

    [Test]
    public async Task A_master_without_an_authenticator_is_an_error()
    {
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        master.Say(self, new AuthenticationErrorMessage { Error = "No authenticator loaded" });
        await FailsAsync(verdict, "Authentication error: No authenticator loaded");
    }

    [Test]
    public async Task A_mechanism_that_is_not_offered_cannot_be_used()
    {
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        session.Say(self, new AuthenticationMechanismsMessage { Mechanisms = { "PLAIN" } });
        await FailsAsync(verdict, "Failed to start the SASL client: SASL(-4): no mechanism available: No worthy mechs found");
    }

    [Test]
    public async Task Messages_out_of_order_are_errors([Values("step", "completed", "mechanisms")] string message)
    {
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        switch (message)
        {
            case "step":
                session.Say(self, Challenge);
                break;
            case "completed":
                session.Say(self, new AuthenticationCompletedMessage());
                break;
            default:
                session.Say(self, Mechanisms);
                session.Say(self, Mechanisms);
                break;
        }

        await FailsAsync(verdict, $"Unexpected authentication '{message}' received");
    }

    [Test]
    public async Task Challenges_that_are_empty_or_huge_or_come_twice_are_errors([Values(0, 1025, 7)] int length)
    {
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        session.Say(self, Mechanisms);
        session.Say(self, new AuthenticationStepMessage { Data = ByteString.CopyFrom(new byte[length]) });
        session.Say(self, Challenge);
        await FailsAsync(verdict, "Failed to perform authentication step: SASL(");
    }

    [Test]
    public async Task Any_bytes_are_a_challenge()
    {
        byte[] challenge = [0, 255, 10, 13, 128];
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        session.Say(self, Mechanisms);
        await session.ReceiveAsync<AuthenticationStartMessage>();
        session.Say(self, new AuthenticationStepMessage { Data = ByteString.CopyFrom(challenge) });
        AuthenticationStepMessage response = await session.ReceiveAsync<AuthenticationStepMessage>();
        Assert.That(response.Data.ToByteArray(), Is.EqualTo(CramMd5Digest.Response("who", "secret", challenge)));
        session.Say(self, new AuthenticationFailedMessage());
        Assert.That(await verdict, Is.False);
    }

    [Test]
    public async Task Strangers_have_no_say()
    {
        Peer stranger = far.Spawn(new Peer(far.Manager, "stranger"));
        (Task<bool> verdict, UPid self) = await StartAttemptAsync();
        session.Say(self, Mechanisms);
        await session.ReceiveAsync<AuthenticationStartMessage>();
        stranger.Say(self, new AuthenticationFailedMessage());
        stranger.Say(self, new AuthenticationErrorMessage { Error = "no" });
        stranger.Say(self, Challenge);
        session.Say(self, Challenge);
        await session.ReceiveAsync<AuthenticationStepMessage>();
        session.Say(self, new AuthenticationCompletedMessage());
        Assert.That(await verdict, Is.True);
    }

    [Test]
    public async Task An_attempt_can_be_given_up_and_leaves_nothing_behind()
    {
        using var cancellation = new CancellationTokenSource();
        (Task<bool> verdict, UPid self) = await StartAttemptAsync(cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await verdict.WaitAsync(Peer.Patience), Throws.InstanceOf<OperationCanceledException>());
        await node.Manager.WaitAsync(self);
    }

    [Test]
    public async Task Without_a_secret_nobody_is_asked() => Assert.That(
        await new CramMd5Authenticatee(node.Manager).AuthenticateAsync(master.Self, session.Self, new Credential { Principal = "who" }, CancellationToken.None),
        Is.False);

    private static async Task FailsAsync(Task<bool> verdict, string message)
    {
        await Task.WhenAny(verdict.WaitAsync(Peer.Patience));
        Assert.That(async () => await verdict.WaitAsync(TimeSpan.Zero), Throws.InstanceOf<AuthenticationErrorException>().With.Message.StartsWith(message));
    }

    private async Task<(Task<bool> Verdict, UPid Self)> StartAttemptAsync(CancellationToken cancellation = default)
    {
        Task<bool> verdict = new CramMd5Authenticatee(node.Manager).AuthenticateAsync(
            master.Self, UPid.Parse("slave(1)@127.0.0.1:5051"), new Credential { Principal = "who", Secret = "secret" }, cancellation);
        (UPid self, _, _) = await master.ReceiveAsync();
        return (verdict, self);
    }
}
