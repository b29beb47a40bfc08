using System.Text;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Testing;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Messages;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Authentication.Tests;

/// <summary>The side that asks for proof, with peers that do not keep to the rules.</summary>
[CancelAfter(60_000)]
public class AuthenticatorTests
{
    private static readonly Credentials Known = new()
    {
        Credentials_ =
        {
            new Credential { Principal = "who", Secret = "secret" },
            new Credential { Principal = "two words", Secret = "s" },
            new Credential { Principal = "open" },
        },
    };

    private TestNode node = null!;
    private TestNode far = null!;
    private Peer peer = null!;
    private CramMd5Authenticator authenticator = null!;

    [SetUp]
    public void Start()
    {
        node = new TestNode(configure: WireMessageSchema.ApplyTo);
        far = new TestNode(configure: WireMessageSchema.ApplyTo);
        peer = far.Spawn(new Peer(far.Manager, "authenticatee"));
        authenticator = new CramMd5Authenticator(node.Manager, Known, "host");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await authenticator.DisposeAsync();
        await node.DisposeAsync();
        await far.DisposeAsync();
    }

    [TestCase("who", "secret", "who")]
    [TestCase("two words", "s", "two words")]
    [TestCase("who", "wrong", null, TestName = "A_wrong_secret_is_refused")]
    [TestCase("nobody", "secret", null, TestName = "An_unknown_principal_is_refused")]
    [TestCase("open", "", null, TestName = "A_principal_without_a_secret_is_refused")]
    public async Task Verdicts(string principal, string secret, string? expected)
    {
        (Task<string?> verdict, UPid session, byte[] challenge) = await ToChallengeAsync();
        Respond(session, CramMd5Digest.Response(principal, secret, challenge));
        (_, string name, _) = await peer.ReceiveAsync();
        Assert.That(name, Is.EqualTo("mesos.internal.Authentication" + (expected is null ? "FailedMessage" : "CompletedMessage")));
        Assert.That(await verdict.WaitAsync(Peer.Patience), Is.EqualTo(expected));
        await node.Manager.WaitAsync(session);
    }

    [TestCase("who 0123", TestName = "A_short_digest_is_refused")]
    [TestCase("who ", TestName = "An_empty_digest_is_refused")]
    public async Task Digests(string response)
    {
        (Task<string?> verdict, UPid session, _) = await ToChallengeAsync();
        Respond(session, Encoding.UTF8.GetBytes(response));
        await peer.ReceiveAsync<AuthenticationFailedMessage>();
        Assert.That(await verdict.WaitAsync(Peer.Patience), Is.Null);
    }

    [TestCase("", "SASL(-5): bad protocol / cancel: need authentication name")]
    [TestCase("nonsense", "SASL(-5): bad protocol / cancel: need authentication name")]
    [TestCase(" 0123", "SASL(-5): bad protocol / cancel: need authentication name")]
    public async Task Garbage_is_an_error(string response, string error)
    {
        (Task<string?> verdict, UPid session, _) = await ToChallengeAsync();
        Respond(session, Encoding.UTF8.GetBytes(response));
        await FailsAsync(verdict, error);
    }

    [Test]
    public async Task More_than_a_kilobyte_is_an_error()
    {
        (Task<string?> verdict, UPid session, _) = await ToChallengeAsync();
        Respond(session, new byte[1025]);
        await FailsAsync(verdict, "SASL(-5): bad protocol / cancel: CRAM-MD5 input longer than 1024 bytes");
    }

    [Test]
    public async Task A_start_with_data_or_another_mechanism_is_an_error([Values] bool hasData)
    {
        (Task<string?> verdict, UPid session) = await ToMechanismsAsync();
        peer.Say(session, hasData
            ? new AuthenticationStartMessage { Mechanism = "CRAM-MD5", Data = ByteString.CopyFromUtf8("x") }
            : new AuthenticationStartMessage { Mechanism = "PLAIN" });
        await FailsAsync(verdict, hasData
            ? "SASL(-5): bad protocol / cancel: Remote sent first but mech does not allow it."
            : "SASL(-4): no mechanism available: Couldn't find mech PLAIN");
    }

    [Test]
    public async Task A_start_without_data_is_as_good_as_one_with_empty_data()
    {
        (_, UPid session) = await ToMechanismsAsync();
        peer.Say(session, new AuthenticationStartMessage { Mechanism = "CRAM-MD5" });
        await peer.ReceiveAsync<AuthenticationStepMessage>();
    }

    [Test]
    public async Task A_second_start_is_an_error()
    {
        (Task<string?> verdict, UPid session, _) = await ToChallengeAsync();
        peer.Say(session, new AuthenticationStartMessage { Mechanism = "CRAM-MD5" });
        await FailsAsync(verdict, "Unexpected authentication 'start' received");
    }

    [Test]
    public async Task A_step_before_the_start_is_an_error()
    {
        (Task<string?> verdict, UPid session) = await ToMechanismsAsync();
        Respond(session, "who 0"u8.ToArray());
        await FailsAsync(verdict, "Unexpected authentication 'step' received");
    }

    [Test]
    public async Task The_end_of_the_connection_to_the_other_side_ends_the_conversation()
    {
        (Task<string?> verdict, UPid session) = await ToMechanismsAsync();
        await far.DisposeAsync();
        Assert.That(async () => await verdict.WaitAsync(Peer.Patience), Throws.InstanceOf<AuthenticationErrorException>()
            .With.Message.EqualTo("Failed to communicate with authenticatee"));
        await node.Manager.WaitAsync(session);
    }

    [Test]
    public async Task Two_conversations_with_one_authenticatee_are_one_too_many()
    {
        (Task<string?> first, _) = await ToMechanismsAsync();
        Assert.That(
            async () => await authenticator.AuthenticateAsync(peer.Self, CancellationToken.None).WaitAsync(Peer.Patience),
            Throws.InstanceOf<AuthenticationErrorException>().With.Message.EqualTo("Authentication session already active"));
        Assert.That(first.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_conversation_can_be_given_up_and_another_begun()
    {
        using var cancellation = new CancellationTokenSource();
        (Task<string?> verdict, UPid session) = await ToMechanismsAsync(cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await verdict.WaitAsync(Peer.Patience), Throws.InstanceOf<OperationCanceledException>());
        await node.Manager.WaitAsync(session);
        (_, UPid second) = await ToMechanismsAsync();
        Assert.That(second.Id, Is.EqualTo("crammd5-authenticator-session(2)"));
    }

    [Test]
    public async Task The_end_of_the_authenticator_ends_its_conversations()
    {
        (Task<string?> verdict, UPid session) = await ToMechanismsAsync();
        await authenticator.DisposeAsync();
        Assert.That(async () => await verdict.WaitAsync(Peer.Patience), Throws.Exception);
        await node.Manager.WaitAsync(session);
    }

    [Test]
    public async Task Strangers_have_no_say()
    {
        Peer stranger = far.Spawn(new Peer(far.Manager, "stranger"));
        (Task<string?> verdict, UPid session, byte[] challenge) = await ToChallengeAsync();
        stranger.Say(session, new AuthenticationStartMessage { Mechanism = "CRAM-MD5" });
        Respond(session, CramMd5Digest.Response("who", "secret", challenge));
        Assert.That(await verdict.WaitAsync(Peer.Patience), Is.EqualTo("who"));
    }

    [TestCase("who", "secret", true)]
    [TestCase("who", "wrong", false)]
    [TestCase("nobody", "secret", false)]
    public async Task Our_two_sides_understand_each_other(string principal, string secret, bool expected)
    {
        Peer master = node.Spawn(new Peer(node.Manager, "master"));
        Task<bool>[] attempts =
        [
            .. Enumerable.Range(0, 20).Select(_ => new CramMd5Authenticatee(far.Manager).AuthenticateAsync(
                master.Self, peer.Self, new Credential { Principal = principal, Secret = secret }, CancellationToken.None)),
        ];
        List<Task<string?>> verdicts = [];
        foreach (Task<bool> _ in attempts)
        {
            (UPid from, string name, byte[] body) = await master.ReceiveAsync();
            Assert.That((name, AuthenticateMessage.Parser.ParseFrom(body).Pid), Is.EqualTo(("mesos.internal.AuthenticateMessage", peer.Self.ToString())));
            verdicts.Add(authenticator.AuthenticateAsync(from, CancellationToken.None));
        }

        Assert.That(await Task.WhenAll(attempts).WaitAsync(Peer.Patience), Is.All.EqualTo(expected));
        Assert.That(await Task.WhenAll(verdicts).WaitAsync(Peer.Patience), Is.All.EqualTo(expected ? principal : null));
    }

    [Test]
    public async Task Without_credentials_everybody_is_refused()
    {
        await authenticator.DisposeAsync();
        authenticator = new CramMd5Authenticator(node.Manager, credentials: null);
        (Task<string?> verdict, UPid session, byte[] challenge) = await ToChallengeAsync();
        Respond(session, CramMd5Digest.Response("who", "secret", challenge));
        Assert.That(await verdict.WaitAsync(Peer.Patience), Is.Null);
    }

    private void Respond(UPid session, byte[] data) => peer.Say(session, new AuthenticationStepMessage { Data = ByteString.CopyFrom(data) });

    private async Task FailsAsync(Task<string?> verdict, string error)
    {
        Assert.That((await peer.ReceiveAsync<AuthenticationErrorMessage>()).Error, Is.EqualTo(error));
        Assert.That(async () => await verdict.WaitAsync(Peer.Patience), Throws.InstanceOf<AuthenticationErrorException>().With.Message.EqualTo(error));
    }

    private async Task<(Task<string?> Verdict, UPid Session)> ToMechanismsAsync(CancellationToken cancellation = default)
    {
        Task<string?> verdict = authenticator.AuthenticateAsync(peer.Self, cancellation);
        (UPid session, string name, byte[] body) = await peer.ReceiveAsync();
        Assert.That(name, Is.EqualTo("mesos.internal.AuthenticationMechanismsMessage"));
        Assert.That(AuthenticationMechanismsMessage.Parser.ParseFrom(body).Mechanisms, Is.EqualTo(new[] { "CRAM-MD5" }));
        return (verdict, session);
    }

    private async Task<(Task<string?> Verdict, UPid Session, byte[] Challenge)> ToChallengeAsync()
    {
        (Task<string?> verdict, UPid session) = await ToMechanismsAsync();
        peer.Say(session, new AuthenticationStartMessage { Mechanism = "CRAM-MD5", Data = ByteString.Empty });
        return (verdict, session, (await peer.ReceiveAsync<AuthenticationStepMessage>()).Data.ToByteArray());
    }
}
