using System.IO.Pipelines;
using System.Net;
using System.Text;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Net;
using LibProcess.Processes;
using LibProcess.Scheduling;
using LibProcess.Tests.Diagnostics;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Fuzz;

/// <summary>Whole connections: however the bytes are cut, the same comes of them, and the connection ends when its peer does.</summary>
internal static class ConnectionFuzzTargets
{
    private static readonly WireLimits Limits = new() { MaxBodyBytes = 1 << 20, MaxRequestBodyBytes = 1 << 20 };

    public static FuzzTarget Server { get; } = new(
        "requests on a connection",
        Corpus.Requests(),
        (input, mutator) =>
        {
            (string whole, string kind) = Serve(input, [input.Length]);
            (string pieces, _) = Serve(input, mutator.Cuts(input.Length));
            FuzzTargets.Require(whole == pieces, $"the same in pieces:\n{whole}\nand\n{pieces}\n");
            return kind;
        },
        bytesPerByte: null);

    public static FuzzTarget Client { get; } = new(
        "answers on a connection",
        Corpus.Responses(),
        (input, mutator) =>
        {
            (string whole, string kind) = Receive(input, [input.Length]);
            (string pieces, _) = Receive(input, mutator.Cuts(input.Length));
            FuzzTargets.Require(whole == pieces, $"the same in pieces:\n{whole}\nand\n{pieces}\n");
            return kind;
        },
        bytesPerByte: null);

    private static (string All, string Kind) Serve(byte[] input, List<int> sizes)
    {
        var log = new RecordingLoggerFactory();
        var harness = new InboundHarness(new ProcessManagerOptions { Limits = Limits, Timeouts = HttpTimeouts.None, LoggerFactory = log });
        int at = 0;
        foreach (int size in sizes)
        {
            if (!harness.IsAborted)
            {
                harness.Send(input.AsSpan(at, size));
                at += size;
            }
        }

        harness.End();
        WaitFor(harness.Running);
        FuzzTargets.Require(!log.Messages.Any(message => message.StartsWith("Gave up the connection", StringComparison.Ordinal)), string.Join('\n', log.Messages));
        var all = new StringBuilder();
        foreach ((string from, string to, string name, string body) in harness.Delivered)
        {
            all.Append($"{from} -> {to} {name} {body}\n");
        }

        foreach (HttpRequest request in harness.Requests)
        {
            all.Append($"{request.Method} {request.Path} {string.Join('&', request.Query)} {string.Join('|', request.Headers)} {Encoding.Latin1.GetString(request.Body.Span)}\n");
        }

        string answers = harness.Answers;
        string[] statuses = [.. answers.Split("HTTP/1.1 ").Skip(1).Select(answer => answer[..3])];
        return ($"{all}{answers}", $"{Math.Min(harness.Delivered.Count, 5)} {Math.Min(harness.Requests.Count, 5)} {string.Join(' ', statuses.Take(6))}");
    }

    private static (string All, string Kind) Receive(byte[] input, List<int> sizes)
    {
        var peer = new InlinePeer();
        var connection = new HttpConnection(peer, HttpUrl.Parse("http://server/"), Limits, ProcessScheduler.ThreadPool, _ => { });
        connection.Start();
        string[] methods = ["GET", "HEAD", "POST", "GET", "GET"];
        Task<ClientResponse>[] answers = [.. methods.Select(method => connection.SendAsync(new ClientRequest { Method = method }))];
        int at = 0;
        foreach (int size in sizes)
        {
            peer.Send(input.AsSpan(at, size));
            at += size;
        }

        peer.Finish();
        WaitFor(connection.Disconnected);
        WaitFor(connection.DisposeAsync().AsTask());
        var all = new StringBuilder();
        var kind = new StringBuilder();
        foreach (Task<ClientResponse> answer in answers)
        {
            FuzzTargets.Require(answer.IsCompleted, "an answer or an error");
            if (answer.IsCompletedSuccessfully)
            {
                ClientResponse response = answer.GetAwaiter().GetResult();
                all.Append($"{response.Status} {response.Reason} {string.Join('|', response.Headers)} {Encoding.Latin1.GetString(response.Body.Span)}\n");
                kind.Append($"{response.Status} {Math.Min(response.Body.Length, 8)} ");
            }
            else
            {
                var exception = (HttpClientException)answer.Exception!.InnerException!;
                all.Append($"{exception.Error}\n");
                kind.Append($"{exception.Error} ");
            }
        }

        return (all.ToString(), kind.ToString());
    }

    private static void WaitFor(Task task) => FuzzTargets.Require(Task.WaitAny(task, Task.Delay(RawClient.Patience)) == 0 && task.IsCompletedSuccessfully, $"comes to an end: {task.Exception}");

    /// <summary>The server, whose pipes have no threads of their own.</summary>
    private sealed class InlinePeer : IConnection
    {
        private static readonly PipeOptions Inline = new(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

        private readonly Pipe toClient = new(Inline);
        private readonly Pipe toServer = new(Inline);
        private bool isAborted;

        public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 80);

        public PipeReader Input => toClient.Reader;

        public PipeWriter Output => toServer.Writer;

        public void Send(ReadOnlySpan<byte> bytes)
        {
            // Whether the client goes on here or on another thread is up to the base library; it may abort in either.
            lock (toClient)
            {
                if (!isAborted)
                {
                    bytes.CopyTo(toClient.Writer.GetSpan(bytes.Length));
                    toClient.Writer.Advance(bytes.Length);
                    ValueTask<FlushResult> flushed = toClient.Writer.FlushAsync();
                    FuzzTargets.Require(flushed.IsCompleted, "takes what comes");
                }
            }
        }

        public void Finish()
        {
            lock (toClient)
            {
                toClient.Writer.Complete();
            }
        }

        public void Abort()
        {
            lock (toClient)
            {
                isAborted = true;
                toClient.Writer.Complete();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await toClient.Reader.CompleteAsync();
            await toServer.Writer.CompleteAsync();
        }
    }
}
