using System.Text;
using Mesos.Authentication.CramMd5;

namespace Mesos.Authentication.Tests;

/// <summary>The arithmetic of CRAM-MD5.</summary>
public class CramMd5DigestTests
{
    [Test]
    public void The_example_of_the_rfc_comes_out() => Assert.That(
        Encoding.ASCII.GetString(CramMd5Digest.Response("tim", "tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>"u8)),
        Is.EqualTo("tim b913a602c7eda7a495b4e6e7334d3890"));

    [Test]
    public void A_challenge_has_a_number_the_time_and_the_host()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_763_858_493);
        Assert.That(Encoding.ASCII.GetString(CramMd5Digest.Challenge(4_000_000_000, now, "vm")), Is.EqualTo($"<4000000000.{1_763_858_493 % 16_777_215}@vm>"));
    }
}
