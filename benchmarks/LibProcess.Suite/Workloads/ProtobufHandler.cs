using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// A process feeds itself serialized trees, which reach a typed handler parsed and checked for required fields: the original's
/// <c>ProtobufInstallHandler</c>, through the mailbox. In the typed form the message itself is handed over and nothing is
/// serialized. An operation is a message handled.
/// </summary>
internal sealed class ProtobufHandler(Shape shape) : IWorkload
{
    private const int UnderWay = 64;
    private ProcessManager node = null!;
    private Receiver receiver = null!;

    public Task PrepareAsync()
    {
        node = ProcessManager.Start();
        int children = shape.Int("children");
        receiver = shape.Has("strict")
            ? new Receiver<StrictTree>(node, Trees.Strict(children), shape)
            : new Receiver<Tree>(node, Trees.Loose(children), shape);
        node.Spawn(receiver);
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        await receiver.FeedAsync(UnderWay);
        return new Outcome(receiver.Handled) { Extra = { ["bytesPerMessage"] = receiver.Size } };
    }

    public async Task FinishAsync()
    {
        await node.DisposeAsync();
        MiscountException.Check("messages", shape.Long(Shape.Operations), receiver.Handled);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private abstract class Receiver(ProcessManager manager) : ProcessBase(manager, "receiver")
    {
        public long Handled { get; protected set; }

        public abstract int Size { get; }

        public abstract Task FeedAsync(int underWay);
    }

    private sealed class Receiver<T>(ProcessManager manager, T message, Shape shape) : Receiver(manager)
        where T : class, IMessage<T>, new()
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly byte[] bytes = message.ToByteArray();
        private readonly string name = message.Descriptor.FullName;
        private readonly long messages = shape.Long(Shape.Operations);
        private readonly bool typed = shape.Has("typed");
        private long sent;

        public override int Size => bytes.Length;

        public override Task FeedAsync(int underWay)
        {
            Dispatch(() =>
            {
                for (int i = 0; i < underWay; i++)
                {
                    Feed();
                }
            });
            return done.Task;
        }

        protected override void Initialize() => Install<T>((UPid _, T received) =>
        {
            if (++Handled == messages)
            {
                done.SetResult();
            }

            Feed();
        });

        private void Feed()
        {
            if (sent == messages)
            {
                return;
            }

            sent++;
            if (typed)
            {
                Send(Self, message);
            }
            else
            {
                Send(Self, name, bytes);
            }
        }
    }
}
