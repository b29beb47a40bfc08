using System.Text;
using System.Text.RegularExpressions;
using LibProcess.Http;

namespace LibProcess.Tests.Net;

/// <summary>The answers to odd requests are those of the original, byte for byte but for the date, with the exceptions named here.</summary>
public class ProbeTests
{
    // Leniency that lets two readers of one stream disagree is not followed: these close the connection without an answer.
    private static readonly string[] Refused = ["bare LF request", "space before colon"];

    private static IEnumerable<TestCaseData> All() =>
        from node in new[] { "master", "agent" }
        from probe in Captures.Probes(node)
        where !Encoding.Latin1.GetString(probe.Response).Contains("Content-Encoding", StringComparison.Ordinal)
        select new TestCaseData(probe.Request, probe.Response, probe.BodyOmitted, probe.Connection, Refused.Contains(probe.Probe))
            .SetArgDisplayNames($"{node}: {probe.Probe}");

    [TestCaseSource(nameof(All))]
    public async Task The_answer_is_that_of_the_original(byte[] request, byte[] response, bool bodyOmitted, string connection, bool isRefused)
    {
        var recorded = new Queue<HttpResponse>(Answers(response));
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(recorded.Dequeue()) };
        harness.Send(request);

        string expected = isRefused ? string.Empty : WithoutDate(Encoding.Latin1.GetString(response));
        string actual = WithoutDate(harness.Answers);
        if (bodyOmitted)
        {
            Assert.That(actual, Does.StartWith(Regex.Replace(expected, "Content-Length: \\d+", "Content-Length: 0")));
        }
        else
        {
            Assert.That(actual, Is.EqualTo(expected));
        }

        if (connection == "closed" || isRefused)
        {
            Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 5));
        }
        else
        {
            Assert.That(harness.IsFinished, Is.False);
        }

        harness.End();
        await harness.Running.WaitAsync(RawClient.Patience);
    }

    private static string WithoutDate(string answers) => Regex.Replace(answers, "Date: [^\r]*\r\n", "Date: -\r\n");

    /// <summary>The recorded answers that come from a route, in the form a route gives them.</summary>
    private static IEnumerable<HttpResponse> Answers(byte[] recorded)
    {
        ReadOnlyMemory<byte> rest = recorded;
        while (rest.Length > 0)
        {
            int end = rest.Span.IndexOf("\r\n\r\n"u8) + 4;
            string[] lines = Encoding.Latin1.GetString(rest.Span[..end]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            int status = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            int length = lines.Where(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))
                .Select(line => int.Parse(line[16..], System.Globalization.CultureInfo.InvariantCulture)).Single();
            ReadOnlyMemory<byte> body = rest[end..].Length >= length ? rest.Slice(end, length) : default;
            rest = rest.Length >= end + length ? rest[(end + length)..] : default;

            Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            HttpResponse response = headers.TryGetValue("Content-Type", out string? type) ? HttpResponse.Bytes(status, body, type)
                : headers.TryGetValue("Location", out string? location) ? HttpResponse.TemporaryRedirect(location)
                : HttpResponse.Ok();
            foreach ((string name, string value) in headers)
            {
                bool lengthFirst = headers.Keys.ToList().IndexOf("Content-Length") < headers.Keys.ToList().IndexOf("Content-Type");
                if (name is not ("Date" or "Content-Type" or "Location") && (name != "Content-Length" || lengthFirst))
                {
                    response.Headers.Add(name, value);
                }
            }

            if (status != 202)
            {
                yield return response;
            }
        }
    }
}
