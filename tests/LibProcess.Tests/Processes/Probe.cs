using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Tests.Processes;

/// <summary>A process whose inside a test can reach: it keeps what it receives and runs what it is handed.</summary>
internal class Probe(ProcessManager manager, string id, Action<Probe>? initialize = null) : ProcessBase(manager, id)
{
    public List<string> Log { get; } = [];

    public Action<Probe>? OnEnd { get; init; }

    public TaskCompletionSource<UPid> ExitedSeen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public new CancellationToken Terminated => base.Terminated;

    public new bool OnProcess => base.OnProcess;

    public new UPid From => base.From;

    public new void Install(string name, Action<UPid, ReadOnlyMemory<byte>> handler) => base.Install(name, handler);

    public new void InstallLooking(string name, Action<UPid, ReadOnlyMemory<byte>> handler) => base.InstallLooking(name, handler);

    public new void Install<T>(Action<UPid, T> handler)
        where T : class, Google.Protobuf.IMessage<T>, new() => base.Install(handler);

    public void InstallAsync<T>(Func<UPid, T, Task> handler)
        where T : class, Google.Protobuf.IMessage<T>, new() => base.Install(handler);

    public new void Delegate(string name, UPid to) => base.Delegate(name, to);

    public new void Send(UPid to, string name, ReadOnlyMemory<byte> body = default) => base.Send(to, name, body);

    public new void Link(UPid pid, LinkMode mode = LinkMode.Reuse) => base.Link(pid, mode);

    public new LibProcess.Time.ProcessTimer Delay(TimeSpan delay, Action action, string name = "") => base.Delay(delay, action, name);

    public Task Wait(TimeSpan delay, CancellationToken cancellation = default) => DelayAsync(delay, cancellation);

    public new void Run(Func<Task> story, string name = "") => base.Run(story, name);

    protected override void Initialize() => initialize?.Invoke(this);

    protected override void OnTerminate()
    {
        Log.Add("end");
        OnEnd?.Invoke(this);
    }

    protected override void Exited(UPid pid)
    {
        Log.Add($"exited {pid.Id}");
        ExitedSeen.TrySetResult(pid);
    }
}
