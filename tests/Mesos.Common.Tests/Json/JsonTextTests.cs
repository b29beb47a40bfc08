using Mesos.Common.Json;

namespace Mesos.Common.Tests.Json;

public sealed class JsonTextTests
{
    [TestCase(0, "0.0")]
    [TestCase(1, "1.0")]
    [TestCase(-1, "-1.0")]
    [TestCase(0.1, "0.1")]
    [TestCase(1724371200, "1724371200.0")]
    [TestCase(1732294800.12345, "1732294800.12345")]
    [TestCase(1e15, "1000000000000000.0")]
    [TestCase(1e20, "100000000000000000000.0")]
    [TestCase(1e21, "1e21")]
    [TestCase(1.5e30, "1.5e30")]
    [TestCase(1e-5, "0.00001")]
    [TestCase(1.5e-6, "0.0000015")]
    [TestCase(1e-7, "1e-7")]
    [TestCase(-2.5e-9, "-2.5e-9")]
    [TestCase(5e-324, "5e-324")]
    [TestCase(1.7976931348623157e308, "1.7976931348623157e308")]
    public void Doubles_read_as_doubles_and_come_back_unchanged(double value, string text)
    {
        Assert.That(JsonText.FormatDouble(value), Is.EqualTo(text));
        Assert.That(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(value));
    }
}
