using System.Text;
using LibProcess.Http;

namespace LibProcess.Tests.Net;

/// <summary>However the network cuts a stream of requests, the same is delivered and the same answers leave.</summary>
public class InboundSplitTests
{
    private const string Repeated = "POST /P/m HTTP/1.1\r\nUser-Agent: libprocess/a@127.0.0.1:1\r\nLibprocess-From: a@127.0.0.1:1\r\n"
        + "Connection: Keep-Alive\r\nHost: 127.0.0.1:2\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly string Stream =
        Repeated + "3\r\none\r\n0\r\n\r\n"
        + Repeated + "3\r\ntwo\r\n0\r\n\r\n"
        + Repeated + "2\r\nth\r\n3\r\nree\r\n0\r\n\r\n"
        + "GET /x?a=1 HTTP/1.1\r\nHost: x\r\n\r\n"
        + "\r\nPOST /P/empty HTTP/1.1\r\nLibprocess-From: b@127.0.0.1:1\r\n\r\n"
        + "POST /P/empty HTTP/1.1\r\nLibprocess-From: b@127.0.0.1:1\r\n\r\n"
        + "POST /nobody/m HTTP/1.1\r\nLibprocess-From: b@127.0.0.1:1\r\n\r\n"
        + "POST /P/length HTTP/1.0\r\nConnection: Keep-Alive\r\nLibprocess-From: b@127.0.0.1:1\r\nContent-Length: 5\r\n\r\nab\r\nc"
        + Repeated + "3;x=y\r\next\r\n0\r\n\r\n"
        + Repeated + "1\r\nx\r\n0\r\nTrailer: y\r\n\r\n"
        + Repeated + "4\r\n\r\n0\r\r\n0\r\n\r\n"
        + Repeated + "4\r\nlast\r\n0\r\n\r\n";

    private static readonly byte[] Bytes = Encoding.Latin1.GetBytes(Stream);

    [Test]
    public void Bytes_one_by_one_mean_the_same_as_all_at_once()
    {
        InboundHarness whole = Feed(Bytes.Length);
        InboundHarness single = Feed(1);

        Assert.That(whole.Delivered.Select(d => d.Body), Is.EqualTo(new[] { "one", "two", "three", "", "", "ab\r\nc", "ext", "\r\n0\r", "last" }));
        Assert.That(single.Delivered, Is.EqualTo(whole.Delivered));
        Assert.That(single.Answers, Is.EqualTo(whole.Answers));
        Assert.That(single.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void Every_cut_into_two_parts_means_the_same()
    {
        InboundHarness whole = Feed(Bytes.Length);
        string answers = whole.Answers;
        for (int cut = 1; cut < Bytes.Length; cut++)
        {
            var harness = new InboundHarness();
            harness.Send(Bytes.AsSpan(0, cut));
            harness.Send(Bytes.AsSpan(cut));
            Assert.That(harness.Delivered, Is.EqualTo(whole.Delivered), $"cut at {cut}");
            Assert.That(harness.Answers, Is.EqualTo(answers), $"cut at {cut}");
        }
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(7)]
    [TestCase(64)]
    [TestCase(211)]
    public void Pieces_of_any_size_mean_the_same(int size)
    {
        InboundHarness whole = Feed(Bytes.Length);
        InboundHarness pieces = Feed(size);
        Assert.That(pieces.Delivered, Is.EqualTo(whole.Delivered));
        Assert.That(pieces.Answers, Is.EqualTo(whole.Answers));
    }

    [Test]
    public async Task A_client_that_vanishes_at_any_byte_ends_its_connection_and_nothing_else()
    {
        for (int cut = 0; cut < Bytes.Length; cut++)
        {
            var harness = new InboundHarness { Handler = _ => new(Task.FromResult(HttpResponse.Ok("text"))) };
            harness.Send(Bytes.AsSpan(0, cut));
            if (cut % 2 == 0)
            {
                harness.End();
            }
            else
            {
                harness.Vanish();
            }

            await harness.Running.WaitAsync(RawClient.Patience);
        }
    }

    private static InboundHarness Feed(int size)
    {
        var harness = new InboundHarness();
        for (int at = 0; at < Bytes.Length; at += size)
        {
            harness.Send(Bytes.AsSpan(at, Math.Min(size, Bytes.Length - at)));
        }

        return harness;
    }
}
