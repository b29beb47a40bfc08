using System.Text;
using LibProcess.Http;

namespace LibProcess.Tests.Http;

public sealed class JsonTextTests
{
    [TestCase(0, "0.0")]
    [TestCase(-0.0, "-0.0")]
    [TestCase(1, "1.0")]
    [TestCase(25276514304, "25276514304.0")]
    [TestCase(1724371200, "1724371200.0")]
    [TestCase(2.47802734375, "2.47802734375")]
    [TestCase(0.015104, "0.015104")]
    [TestCase(0.00001, "0.00001")]
    [TestCase(0.0000015, "0.0000015")]
    [TestCase(0.0000001, "1e-7")]
    [TestCase(1e16, "10000000000000000.0")]
    [TestCase(123456789012345680000d, "123456789012345680000.0")]
    [TestCase(1e21, "1e21")]
    [TestCase(-1.5e30, "-1.5e30")]
    [TestCase(double.NaN, "null")]
    [TestCase(double.PositiveInfinity, "null")]
    public void Doubles_have_a_fraction_and_the_shortest_digits(double value, string text)
    {
        Assert.That(JsonText.FormatDouble(value), Is.EqualTo(text));
    }

    [Test]
    public void A_json_answer_has_its_length_before_its_type()
    {
        HttpResponse answer = HttpResponse.Json(json =>
        {
            json.WriteStartObject();
            json.WriteDouble("a/b", 1);
            json.WriteString("c", "<\u00e4>&+'\"");
            json.WriteEndObject();
        });

        Assert.That(Encoding.UTF8.GetString(answer.Body.Span), Is.EqualTo("{\"a/b\":1.0,\"c\":\"<\u00e4>&+'\\\"\"}"));
        Assert.That(
            answer.Headers.Select(header => $"{header.Key}: {header.Value}"),
            Is.EqualTo(new[] { $"Content-Length: {answer.Body.Length}", "Content-Type: application/json" }));
    }

    [Test]
    public void A_callback_wraps_the_answer_into_a_call()
    {
        HttpResponse answer = HttpResponse.Json(json => json.WriteNumberValue(1), "angular.callbacks._0[1]");
        Assert.That(Encoding.UTF8.GetString(answer.Body.Span), Is.EqualTo("angular.callbacks._0[1](1)"));
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/javascript"));
        Assert.That(answer.Headers["Content-Length"], Is.EqualTo("26"));
    }

    [TestCase("")]
    [TestCase("alert(1);a")]
    [TestCase("<script>")]
    [TestCase("a b")]
    public void A_callback_that_is_no_name_is_refused(string callback)
    {
        Assert.That(HttpResponse.Json(json => json.WriteNumberValue(1), callback).Status, Is.EqualTo(400));
    }
}
