using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Interop.Tests.Replay;

/// <summary>
/// Recorded peers that prove who they are. Every challenge is new, so a recorded answer cannot be said again: each peer answers
/// the live one with a secret of the test, and the peer that was refused when it was recorded with another one.
/// </summary>
public sealed partial class ProvingPeers(IReadOnlyList<RecordedMessage> recording)
{
    private const string Secret = "of the test";

    private readonly Dictionary<string, byte[]> challenges = [];
    private readonly HashSet<string> refused =
        [.. recording.Where(message => message.Name == "mesos.internal.AuthenticationFailedMessage").Select(message => message.To)];

    /// <summary>What the live node has to know of the recorded principals.</summary>
    public static Credentials Credentials(params string[] principals)
    {
        var credentials = new Credentials();
        credentials.Credentials_.Add(principals.Select(principal => new Credential { Principal = principal, Secret = Secret }));
        return credentials;
    }

    public void Heard(RecordedMessage step, IMessage message)
    {
        if (message is AuthenticationStepMessage challenge)
        {
            Assert.That(challenge.Data.ToStringUtf8(), Does.Match(Challenge()), step.ToString());
            challenges[step.To] = challenge.Data.ToByteArray();
        }
    }

    public void Speak(RecordedMessage step, IMessage message)
    {
        if (message is AuthenticationStepMessage answer)
        {
            string principal = answer.Data.ToStringUtf8().Split(' ')[0];
            byte[] key = Encoding.UTF8.GetBytes(refused.Contains(step.From) ? "another one" : Secret);
#pragma warning disable CA5351 // The digest is that of the protocol.
            string digest = Convert.ToHexStringLower(HMACMD5.HashData(key, challenges[step.From]));
#pragma warning restore CA5351
            answer.Data = ByteString.CopyFromUtf8($"{principal} {digest}");
        }
    }

    [GeneratedRegex(@"^<\d+\.\d+@[^<>@]+>$")]
    private static partial Regex Challenge();
}
