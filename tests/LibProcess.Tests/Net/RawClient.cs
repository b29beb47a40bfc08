using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LibProcess.Addressing;

namespace LibProcess.Tests.Net;

/// <summary>A client that sends bytes as they are given and reads answers by their framing.</summary>
internal sealed class RawClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<byte> received = [];

    public static async Task<RawClient> ConnectAsync(NetworkAddress address)
    {
        var client = new RawClient();
        await client.socket.ConnectAsync(address.ToEndPoint());
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes without a goodbye: the peer sees a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>One answer with its head and body as text, or null at the end of the stream.</summary>
    public async Task<string?> ReadAnswerAsync()
    {
        int end;
        while ((end = Find("\r\n\r\n")) < 0)
        {
            if (!await ReceiveAsync())
            {
                return received.Count == 0 ? null : throw new IOException($"cut off: {Text(received.Count)}");
            }
        }

        string head = Text(end + 4);
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return head + Take(head.Length, await ReadChunksAsync(head.Length));
        }

        int at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        int length = at < 0 ? 0 : int.Parse(head[(at + 16)..head.IndexOf("\r\n", at, StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        while (received.Count < head.Length + length)
        {
            if (!await ReceiveAsync())
            {
                throw new IOException($"cut off: {Text(received.Count)}");
            }
        }

        return head + Take(head.Length, length);
    }

    /// <summary>The next chunk of a body, framing and all; call <see cref="ReadHeadAsync"/> first.</summary>
    public async Task<string> ReadChunkAsync()
    {
        int line;
        while ((line = Find("\r\n")) < 0)
        {
            await ReceiveOrThrowAsync();
        }

        int size = int.Parse(Text(line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        while (received.Count < line + 4 + size)
        {
            await ReceiveOrThrowAsync();
        }

        return Take(0, line + 4 + size);
    }

    public async Task<string> ReadHeadAsync()
    {
        int end;
        while ((end = Find("\r\n\r\n")) < 0)
        {
            await ReceiveOrThrowAsync();
        }

        return Take(0, end + 4);
    }

    /// <summary>Everything up to the end of the stream.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        return Take(0, received.Count);
    }

    public void Dispose() => socket.Dispose();

    private async Task<int> ReadChunksAsync(int start)
    {
        int at = start;
        while (true)
        {
            int line;
            while ((line = Find("\r\n", at)) < 0)
            {
                await ReceiveOrThrowAsync();
            }

            int size = int.Parse(Text(line - at, at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = line + 2 + size + 2;
            while (received.Count < at)
            {
                await ReceiveOrThrowAsync();
            }

            if (size == 0)
            {
                return at - start;
            }
        }
    }

    private async Task ReceiveOrThrowAsync()
    {
        if (!await ReceiveAsync())
        {
            throw new IOException($"cut off: {Text(received.Count)}");
        }
    }

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            int count = await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
            received.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }

    private int Find(string text, int from = 0) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(received)[from..].IndexOf(Encoding.ASCII.GetBytes(text)) is var at and >= 0 ? from + at : -1;

    private string Text(int length, int from = 0) => Encoding.Latin1.GetString([.. received.GetRange(from, length)]);

    private string Take(int skip, int length)
    {
        string text = Text(length, skip);
        received.RemoveRange(0, skip + length);
        return text;
    }
}
