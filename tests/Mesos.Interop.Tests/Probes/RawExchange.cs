using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesos.Interop.Tests.Probes;

/// <summary>What came back on one connection, and whether it serves a further request.</summary>
public sealed partial record RawExchange(string Answer, bool IsOpen)
{
    private static readonly byte[] FollowUp = "GET /nosuchprocess/follow-up HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends raw bytes, reads so many answers or to the end, then asks for something plain to see whether it is served.</summary>
    public static async Task<RawExchange> RunAsync(IPEndPoint node, byte[] request, int answers)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(node, patience.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request, patience.Token);
        var received = new StringBuilder();
        bool ended = await ReadAsync(stream, received, () => answers > 0 && Count(received.ToString()) == answers, patience.Token);
        string answer = WithoutDates(received.ToString());
        if (!ended)
        {
            try
            {
                await stream.WriteAsync(FollowUp, patience.Token);
                ended = await ReadAsync(stream, received, () => Count(received.ToString()) > answers, patience.Token);
            }
            catch (IOException)
            {
                ended = true;
            }
        }

        return new RawExchange(answer, !ended);
    }

    /// <summary>The number of complete answers at the start of a text.</summary>
    public static int Count(string text)
    {
        int count = 0;
        for (int at = 0; at < text.Length; count++)
        {
            int body = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal) + 4;
            Match length = ContentLength().Match(text, at);
            if (body < 4 || !length.Success)
            {
                return count;
            }

            at = body + int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture);
            if (at > text.Length)
            {
                return count;
            }
        }

        return count;
    }

    /// <summary>The moment of an answer carries no meaning.</summary>
    public static string WithoutDates(string answer) => DateHeader().Replace(answer, "Date: *\r\n");

    /// <returns>Whether the connection ended.</returns>
    private static async Task<bool> ReadAsync(NetworkStream stream, StringBuilder received, Func<bool> isEnough, CancellationToken patience)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (!isEnough())
            {
                int read = await stream.ReadAsync(buffer, patience);
                if (read == 0)
                {
                    return true;
                }

                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }

            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    [GeneratedRegex(@"Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n")]
    private static partial Regex DateHeader();

    [GeneratedRegex(@"Content-Length: (\d+)\r\n")]
    private static partial Regex ContentLength();
}
