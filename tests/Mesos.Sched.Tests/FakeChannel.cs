using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Randomness;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>A channel that goes nowhere, for parts that are tested alone.</summary>
internal sealed class FakeChannel : IMasterChannel
{
    public bool Running { get; set; } = true;

    public TimeProvider Clock => TimeProvider.System;

    public RandomSource Random { get; } = new UpperEnd();

    public List<Call> Calls { get; } = [];

    public List<UPid> Linked { get; } = [];

    public List<(TimeSpan Delay, Action Action)> Due { get; } = [];

    public void SendToMaster(Call call) => Calls.Add(call);

    public void Send(UPid to, IMessage message)
    {
    }

    public void CountDropped()
    {
    }

    public void Link(UPid to) => Linked.Add(to);

    public IDisposable? After(TimeSpan delay, Action action)
    {
        Due.Add((delay, action));
        return null;
    }

    private sealed class UpperEnd : RandomSource
    {
        public override void Fill(Span<byte> bytes) => bytes.Fill(0xFF);
    }
}
