using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mesos.Authentication.CramMd5;

/// <summary>The arithmetic of CRAM-MD5.</summary>
/// <remarks>RFC 2195; upstream leaves it to Cyrus SASL.</remarks>
internal static class CramMd5Digest
{
    /// <summary>The name of the mechanism on the wire.</summary>
    public const string Mechanism = "CRAM-MD5";

    /// <summary>Bytes of a challenge or a response that are looked at; more is a fault of the peer.</summary>
    public const int MaxBytes = 1024;

    // What Cyrus SASL makes of the time.
    private const long TimeModulus = 16_777_215;

    /// <summary>A fresh challenge, <c>&lt;R.T@host&gt;</c>.</summary>
    /// <param name="random">A number nobody can guess.</param>
    /// <param name="now">The time.</param>
    /// <param name="host">The name of this machine.</param>
    public static byte[] Challenge(uint random, DateTimeOffset now, string host) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"<{random}.{now.ToUnixTimeSeconds() % TimeModulus}@{host}>"));

    /// <summary>What proves the knowledge of a secret: 32 lower-case hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The protocol is built on it")]
    public static byte[] Digest(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> challenge) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACMD5.HashData(secret, challenge)));

    /// <summary>The answer to a challenge.</summary>
    public static byte[] Response(string principal, string secret, ReadOnlySpan<byte> challenge) =>
        [.. Encoding.UTF8.GetBytes(principal), (byte)' ', .. Digest(Encoding.UTF8.GetBytes(secret), challenge)];

    /// <summary>Takes an answer apart at its last blank; principals may contain blanks.</summary>
    /// <returns>False where there is no principal.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> response, out string principal, out ReadOnlySpan<byte> digest)
    {
        int blank = response.LastIndexOf((byte)' ');
        principal = blank > 0 ? Encoding.UTF8.GetString(response[..blank]) : string.Empty;
        digest = blank > 0 ? response[(blank + 1)..] : default;
        return blank > 0;
    }
}
