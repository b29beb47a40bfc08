using System.Text;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Testing;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Messages;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Authentication.Tests;

/// <summary>
/// Recorded conversations with the original on the other side: told what it said, each of our sides says what its counterpart said,
/// byte for byte. The secrets of the recording are not known, so digests are made with one of ours.
/// </summary>
[CancelAfter(60_000)]
public class RecordedExchangeTests
{
    private const string Secret = "a secret";

    [TestCase(0, true, TestName = "The_authenticatee_of_an_agent_says_what_the_original_said")]
    [TestCase(1, true, TestName = "The_authenticatee_of_a_framework_says_what_the_original_said")]
    [TestCase(2, false, TestName = "The_authenticatee_that_is_refused_says_what_the_original_said")]
    public async Task Authenticatee(int attempt, bool accepted)
    {
        await using var master = new TestNode(configure: WireMessageSchema.ApplyTo);
        await using var agent = new TestNode(configure: WireMessageSchema.ApplyTo);
        IReadOnlyList<Recorded> messages = Recorded.Attempts()[attempt];
        Peer front = master.Spawn(new Peer(master.Manager, "master"));
        Peer session = master.Spawn(new Peer(master.Manager, UPid.Parse(messages[1].From).Id));
        UPid client = UPid.Parse(AuthenticateMessage.Parser.ParseFrom(messages[0].Body).Pid);
        string principal = Encoding.UTF8.GetString(AuthenticationStepMessage.Parser.ParseFrom(messages[4].Body).Data.Span).Split(' ')[0];
        byte[] challenge = AuthenticationStepMessage.Parser.ParseFrom(messages[3].Body).Data.ToByteArray();

        Task<bool> verdict = new CramMd5Authenticatee(agent.Manager)
            .AuthenticateAsync(front.Self, client, new Credential { Principal = principal, Secret = Secret }, CancellationToken.None);
        UPid authenticatee = UPid.Empty;
        foreach (Recorded recorded in messages)
        {
            if (!recorded.IsFromAuthenticatee)
            {
                session.Say(authenticatee, recorded.Name, recorded.Body);
                continue;
            }

            (UPid from, string name, byte[] body) = await (recorded == messages[0] ? front : session).ReceiveAsync();
            byte[] expected = recorded == messages[4] ? Step(CramMd5Digest.Response(principal, Secret, challenge)) : recorded.Body;
            Assert.That((from.Id, name, Convert.ToHexString(body)), Is.EqualTo(("crammd5-authenticatee(1)", recorded.Name, Convert.ToHexString(expected))));
            authenticatee = from;
        }

        Assert.That(await verdict.WaitAsync(Peer.Patience), Is.EqualTo(accepted));
    }

    [TestCase(0, true, TestName = "The_authenticator_says_to_an_agent_what_the_original_said")]
    [TestCase(1, true, TestName = "The_authenticator_says_to_a_framework_what_the_original_said")]
    [TestCase(2, false, TestName = "The_authenticator_refuses_as_the_original_did")]
    public async Task Authenticator(int attempt, bool accepted)
    {
        await using var master = new TestNode(configure: WireMessageSchema.ApplyTo);
        await using var agent = new TestNode(configure: WireMessageSchema.ApplyTo);
        Recorded[] messages = [.. Recorded.Attempts()[attempt].Skip(1)];
        Peer authenticatee = agent.Spawn(new Peer(agent.Manager, "crammd5-authenticatee(1)"));
        string principal = Encoding.UTF8.GetString(AuthenticationStepMessage.Parser.ParseFrom(messages[3].Body).Data.Span).Split(' ')[0];
        var credentials = new Credentials { Credentials_ = { new Credential { Principal = principal, Secret = Secret } } };
        await using var authenticator = new CramMd5Authenticator(master.Manager, credentials, "vm");

        Task<string?> verdict = authenticator.AuthenticateAsync(authenticatee.Self, CancellationToken.None);
        UPid session = UPid.Empty;
        byte[] challenge = [];
        foreach (Recorded recorded in messages)
        {
            if (recorded.IsFromAuthenticatee)
            {
                bool isResponse = recorded == messages[3] && accepted;
                authenticatee.Say(session, recorded.Name, isResponse ? Step(CramMd5Digest.Response(principal, Secret, challenge)) : recorded.Body);
                continue;
            }

            (UPid from, string name, byte[] body) = await authenticatee.ReceiveAsync();
            Assert.That((from.Id, name), Is.EqualTo(("crammd5-authenticator-session(1)", recorded.Name)));
            session = from;
            if (recorded == messages[2])
            {
                challenge = AuthenticationStepMessage.Parser.ParseFrom(body).Data.ToByteArray();
                Assert.That(Encoding.ASCII.GetString(challenge), Does.Match(@"^<\d{1,10}\.\d{1,8}@vm>$"));
            }
            else
            {
                Assert.That(body, Is.EqualTo(recorded.Body));
            }
        }

        Assert.That(await verdict.WaitAsync(Peer.Patience), Is.EqualTo(accepted ? principal : null));
    }

    private static byte[] Step(byte[] data) => new AuthenticationStepMessage { Data = ByteString.CopyFrom(data) }.ToByteArray();
}
