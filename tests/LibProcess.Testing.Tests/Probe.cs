using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing.Simulation;

namespace LibProcess.Testing.Tests;

/// <summary>A process whose inside a test can reach.</summary>
internal sealed class Probe(ProcessManager manager, string id, Action<Probe>? initialize = null) : ProcessBase(manager, id)
{
    public List<string> Log { get; } = [];

    public List<UPid> ExitedSeen { get; } = [];

    public new void Install(string name, Action<UPid, ReadOnlyMemory<byte>> handler) => base.Install(name, handler);

    public new void Install<T>(Action<UPid, T> handler)
        where T : class, Google.Protobuf.IMessage<T>, new() => base.Install(handler);

    public new void Send(UPid to, string name, ReadOnlyMemory<byte> body = default) => base.Send(to, name, body);

    public new void Link(UPid pid, LinkMode mode = LinkMode.Reuse) => base.Link(pid, mode);

    public new LibProcess.Time.ProcessTimer Delay(TimeSpan delay, Action action, string name = "") => base.Delay(delay, action, name);

    public Task Wait(TimeSpan delay) => DelayAsync(delay);

    public new void Run(Func<Task> story, string name = "") => base.Run(story, name);

    public int Roll(int limit) => Random.Next(limit);

    protected override void Initialize() => initialize?.Invoke(this);

    protected override void OnTerminate() => Log.Add("end");

    protected override void Exited(UPid pid) => ExitedSeen.Add(pid);
}

/// <summary>Nodes that send each other numbered messages.</summary>
internal static class Chatter
{
    public static Probe Receiver(SimulatedNode node) => new(node.Manager, "chatter", probe =>
        probe.Install("Number", (_, body) => probe.Log.Add($"{BitConverter.ToInt32(body.Span)}")));

    public static void Build(SimulatedNode node, UPid peer, int messages) => node.Spawn(new Probe(node.Manager, "chatter", probe =>
    {
        probe.Link(peer);
        probe.Run(async () =>
        {
            for (int i = 0; i < messages; i++)
            {
                probe.Send(peer, "Number", BitConverter.GetBytes(i));
                await probe.Wait(TimeSpan.FromMilliseconds(probe.Roll(20)));
            }
        });
    }));
}
