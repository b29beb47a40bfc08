using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// One process streams large messages to a sink in a second program over one linked connection; every message is confirmed, and
/// few are under way. An operation is a byte of a body.
/// </summary>
internal sealed class RemoteStream(Shape shape) : IWorkload
{
    private readonly long messages = Math.Max(1, shape.Long(Shape.Operations) / shape.Int("body"));
    private SecondProgram? second;
    private ProcessManager node = null!;
    private Sender sender = null!;
    private long before;

    public IEnumerable<SecondProgram> Others => second is null ? [] : [second];

    public static async Task ServeAsync()
    {
        await using ProcessManager node = ProcessManager.Start();
        var sink = new Sink(node);
        node.Spawn(sink);
        await SecondProgram.ServeAsync(node.Address.ToString(), () => Interlocked.Read(ref sink.Received));
    }

    public async Task PrepareAsync()
    {
        second ??= await SecondProgram.StartAsync("sink");
        before = (await second.UsageAsync()).Counted;
        node = ProcessManager.Start();
        sender = new Sender(node, UPid.Parse($"sink@{second.Address}"), shape.Int("body"), messages, shape.Int("window"));
        node.Spawn(sender);
    }

    public async Task<Outcome> RunAsync()
    {
        sender.Begin();
        await sender.Done;
        return new Outcome(messages * shape.Int("body"));
    }

    public async Task FinishAsync()
    {
        await node.DisposeAsync();
        MiscountException.Check("messages", messages, (await second!.UsageAsync()).Counted - before);
        MiscountException.Check("confirmations", messages, sender.Confirmed);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }

        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private sealed class Sink(ProcessManager manager) : ProcessBase(manager, "sink")
    {
        public long Received;

        protected override void Initialize() => InstallLooking("data", (from, body) =>
        {
            if (body.Length > 0)
            {
                Received++;
            }

            Link(from);
            Send(from, "confirm");
        });
    }

    private sealed class Sender(ProcessManager manager, UPid sink, int size, long messages, int window) : ProcessBase(manager, "sender")
    {
        private readonly byte[] body = new byte[size];
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long sent;

        public Task Done => done.Task;

        public long Confirmed { get; private set; }

        public void Begin() => Dispatch(() =>
        {
            while (sent < Math.Min(window, messages))
            {
                sent++;
                Send(sink, "data", body);
            }
        });

        protected override void Initialize()
        {
            Install("confirm", (_, _) =>
            {
                if (++Confirmed == messages)
                {
                    done.TrySetResult();
                }
                else if (sent < messages)
                {
                    sent++;
                    Send(sink, "data", body);
                }
            });
            Link(sink);
        }

        protected override void Exited(UPid pid) => done.TrySetException(new MiscountException("The link broke"));
    }
}
