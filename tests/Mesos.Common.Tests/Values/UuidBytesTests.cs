using Google.Protobuf;
using Mesos.Common.Values;

namespace Mesos.Common.Tests.Values;

public sealed class UuidBytesTests
{
    private static readonly Guid Uuid = Guid.ParseExact("0b5c1d3e-6d7a-4f1e-9a55-2f3a7f6f0c11", "D");

    [Test]
    public void Bytes_have_the_order_of_the_text()
    {
        var bytes = UuidBytes.ToByteString(Uuid);
        Assert.That(Convert.ToHexStringLower(bytes.Span), Is.EqualTo("0b5c1d3e6d7a4f1e9a552f3a7f6f0c11"));
        Assert.That(UuidBytes.TryParse(bytes, out var back), Is.True);
        Assert.That(back, Is.EqualTo(Uuid));
    }

    [Test]
    public void Bytes_of_unknown_version_or_wrong_length_are_refused()
    {
        Assert.That(UuidBytes.TryParse(ByteString.CopyFrom(new byte[16]), out _), Is.False);
        Assert.That(UuidBytes.TryParse(ByteString.CopyFrom(new byte[15]), out _), Is.False);
        Assert.That(UuidBytes.TryParse(ByteString.Empty, out _), Is.False);
        Assert.That(UuidBytes.TryParse((ByteString?)null, out _), Is.False);
    }

    [Test]
    public void Text_must_have_hyphens()
    {
        Assert.That(UuidBytes.TryParseText(Uuid.ToString(), out var uuid), Is.True);
        Assert.That(uuid, Is.EqualTo(Uuid));
        Assert.That(UuidBytes.TryParseText("{0b5c1d3e}", out _), Is.False);
        Assert.That(UuidBytes.TryParseText(null, out _), Is.False);
    }
}
