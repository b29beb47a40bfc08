using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Processes;

namespace LibProcess.Tests.Net.Chaos;

/// <summary>What all processes of a chaos run have counted together.</summary>
internal sealed class ChaosCounts
{
    public long Links;
    public long Reconnects;
    public long Exits;
    public long Unexpected;
    public long Sent;
    public long Received;
    public long Corrupt;
    public long Answered;
    public long Failed;
    public long Wrong;

    public override string ToString() =>
        $"{Links} links ({Reconnects} remade in place), {Exits} exited, {Unexpected} unexpected; messages: {Sent} sent, {Received} received, {Corrupt} corrupt; "
        + $"requests: {Answered} answered, {Failed} failed, {Wrong} wrong";
}

/// <summary>Watches processes on the other node, sends to them, and watches them again when it is told that they are gone.</summary>
internal sealed class ChaosProcess(ProcessManager manager, string id, IReadOnlyList<UPid> peers, ChaosCounts counts, int seed, CancellationToken calm)
    : ProcessBase(manager, id)
{
    private readonly Random random = new(seed);
    private readonly HashSet<UPid> linked = [];

    public Task<int> LinkedAsync() => CallAsync(() => linked.Count);

    protected override void Initialize()
    {
        Install("chaos", (_, body) =>
        {
            Interlocked.Increment(ref counts.Received);
            if (!IsIntact(body.Span))
            {
                Interlocked.Increment(ref counts.Corrupt);
            }
        });
        Route("/echo", null, request => HttpResponse.Ok(request.Query["n"] + ":" + new string('x', 3000)));
        foreach (UPid peer in peers)
        {
            Watch(peer);
        }

        if (peers.Count > 0)
        {
            Run(ActAsync);
            Run(AskAsync);
        }
    }

    protected override void Exited(UPid pid)
    {
        Interlocked.Increment(ref counts.Exits);
        if (!linked.Remove(pid))
        {
            Interlocked.Increment(ref counts.Unexpected);
            return;
        }

        if (!calm.IsCancellationRequested)
        {
            Delay(TimeSpan.FromMilliseconds(random.Next(50)), () => Watch(pid));
        }
    }

    private static byte[] Body(int number, int length)
    {
        var bytes = new byte[4 + length];
        BitConverter.TryWriteBytes(bytes, number);
        bytes.AsSpan(4).Fill((byte)(number * 31 + length));
        return bytes;
    }

    private static bool IsIntact(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && !bytes[4..].ContainsAnyExcept((byte)((BitConverter.ToInt32(bytes) * 31) + bytes.Length - 4));

    private void Watch(UPid pid)
    {
        if (!calm.IsCancellationRequested && linked.Add(pid))
        {
            Interlocked.Increment(ref counts.Links);
            Link(pid);
        }
    }

    private async Task ActAsync()
    {
        for (int number = 0; !calm.IsCancellationRequested; number++)
        {
            UPid peer = peers[random.Next(peers.Count)];
            for (int burst = random.Next(4); burst >= 0; burst--)
            {
                Interlocked.Increment(ref counts.Sent);
                Send(peer, "chaos", Body(number, random.Next(8) == 0 ? random.Next(60_000) : random.Next(300)));
            }

            if (random.Next(40) == 0 && linked.Contains(peer))
            {
                Interlocked.Increment(ref counts.Reconnects);
                Link(peer, LinkMode.Reconnect);
            }

            await DelayAsync(TimeSpan.FromMilliseconds(random.Next(20)));
        }
    }

    private async Task AskAsync()
    {
        for (int number = 0; !calm.IsCancellationRequested; number++)
        {
            try
            {
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(random.Next(1, 4)), Clock);
                await using HttpConnection connection = await Manager.Http.ConnectAsync(HttpUrl.Of(peers[0]), timeout.Token);
                Task<ClientResponse>[] answers =
                [
                    .. Enumerable.Range(number, 3).Select(n => connection.SendAsync(new ClientRequest { Target = $"/{peers[0].Id}/echo?n={n}" }, timeout.Token)),
                ];
                for (int i = 0; i < answers.Length; i++)
                {
                    await CountAsync(answers[i], $"{number + i}:{new string('x', 3000)}");
                }
            }
            catch (Exception exception) when (exception is HttpClientException or OperationCanceledException)
            {
                Interlocked.Increment(ref counts.Failed);
            }

            await DelayAsync(TimeSpan.FromMilliseconds(random.Next(50)));
        }
    }

    private async Task CountAsync(Task<ClientResponse> answer, string expected)
    {
        try
        {
            ClientResponse response = await answer;
            Interlocked.Increment(ref response.Text == expected ? ref counts.Answered : ref counts.Wrong);
        }
        catch (Exception exception) when (exception is HttpClientException or OperationCanceledException)
        {
            Interlocked.Increment(ref counts.Failed);
        }
    }
}
