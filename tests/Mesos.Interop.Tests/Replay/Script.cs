using System.Threading.Channels;
using Google.Protobuf;
using Mesos.Proto.Internal;

namespace Mesos.Interop.Tests.Replay;

/// <summary>
/// Plays a recording against one live node: what the recorded peers sent to the node is sent, in the recorded order, and what
/// the recorded node sent is expected. Before a step is sent, everything the recorded node had said until then must have come.
/// What one process says to another about one task comes in the exact order, and so does what is about no task; between tasks
/// and between processes there is no order.
/// </summary>
public sealed class Script : IAsyncDisposable
{
    private static readonly TimeSpan RealPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    // How long nothing has to come, in real time, before virtual time moves by a step.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10);

    private readonly IReadOnlyList<RecordedMessage> steps;
    private readonly string node;
    private readonly Bindings bindings = new();
    private readonly MessageUnifier unifier;
    private readonly MessageRewriter rewriter;
    private readonly Dictionary<string, ScriptedNode> peers = [];
    private readonly Channel<(ScriptedNode Node, WireRequest Message)> inbox = Channel.CreateUnbounded<(ScriptedNode, WireRequest)>();
    private readonly List<RecordedMessage> expected = [];
    private readonly HashSet<RecordedMessage> said = [];
    private readonly HashSet<RecordedMessage> early = [];
    private readonly Dictionary<string, int> connections = [];
    private string live = string.Empty;

    /// <param name="messages">The recording.</param>
    /// <param name="node">The recorded address of the node that is live, such as <c>127.0.0.1:5050</c>.</param>
    public Script(IReadOnlyList<RecordedMessage> messages, string node)
    {
        this.node = node;
        steps = [.. messages.Where(m => IsAt(m.From, node) != IsAt(m.To, node))];
        unifier = new MessageUnifier(bindings);
        rewriter = new MessageRewriter(bindings);
        foreach (string address in steps.Select(m => Address(IsAt(m.From, node) ? m.To : m.From)).Distinct())
        {
            peers[address] = new ScriptedNode(inbox.Writer);
            bindings.Bind(address, peers[address].Address);
        }
    }

    /// <summary>Moves the time of the live node on while the script waits; null where it runs in real time.</summary>
    public Func<TimeSpan, Task>? Advance { get; init; }

    /// <summary>Lets the live node finish what it was sent.</summary>
    public Func<Task> Settle { get; init; } = () => Task.CompletedTask;

    /// <summary>Armed before a peer's program ends, given a process of it, and awaited after: completes when the live node has noticed.</summary>
    public Func<string, Task> PeerEnded { get; init; } = _ => Task.CompletedTask;

    /// <summary>Puts into what a peer is about to say what no recording can hold, such as the answer to a challenge.</summary>
    public Action<RecordedMessage, IMessage> Speak { get; init; } = (_, _) => { };

    /// <summary>Told of every recorded message that has come, in its live form.</summary>
    public Action<RecordedMessage, IMessage> Heard { get; init; } = (_, _) => { };

    /// <summary>Live messages that may come more often than recorded, because time moves in other steps.</summary>
    public Func<WireRequest, bool> MayRepeat { get; init; } = _ => false;

    /// <summary>What happens beside the messages, right before one of them.</summary>
    public IReadOnlyDictionary<RecordedMessage, Func<Script, Task>> Events { get; init; } = new Dictionary<RecordedMessage, Func<Script, Task>>();

    /// <summary>The live address of a recorded peer.</summary>
    public string Live(string recordedText) => bindings.ToLive(recordedText);

    /// <summary>Names the live node; must be called before <see cref="RunAsync"/>.</summary>
    public void BindNode(string liveAddress)
    {
        live = liveAddress;
        bindings.Bind(node, liveAddress);
    }

    public async Task RunAsync()
    {
        foreach (RecordedMessage step in steps)
        {
            if (Events.TryGetValue(step, out Func<Script, Task>? happen))
            {
                await ReceiveExpectedAsync();
                await happen(this);
            }

            if (IsAt(step.From, node))
            {
                if (!early.Remove(step))
                {
                    expected.Add(step);
                }

                continue;
            }

            await ReceiveExpectedAsync();
            await EndPeersBeforeAsync(step);
            await RestartPeerBeforeAsync(step);
            await SendAsync(step);
        }

        await ReceiveExpectedAsync();

        // And nothing beside it.
        await Settle();
        while (inbox.Reader.TryRead(out (ScriptedNode Node, WireRequest Message) more))
        {
            Match(more.Node, more.Message);
        }
    }

    /// <summary>The live node has ended, and another is at its address: the connections of all peers have broken.</summary>
    public void NodeEnded()
    {
        foreach (ScriptedNode peer in peers.Values)
        {
            peer.Break();
        }

        connections.Clear();
    }

    /// <summary>Ends the program of a peer.</summary>
    public async Task EndPeerAsync(string recordedAddress)
    {
        Task noticed = PeerEnded(steps.SelectMany(s => new[] { s.From, s.To }).First(pid => IsAt(pid, recordedAddress)));
        await peers[recordedAddress].DisposeAsync();
        peers.Remove(recordedAddress);
        await noticed.WaitAsync(RealPatience);
    }

    /// <returns>Null if a text of the live node agrees with a recorded one, else what is wrong.</returns>
    public string? Unify(string recordedText, string liveText) => bindings.Unify(recordedText, liveText);

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedNode peer in peers.Values)
        {
            await peer.DisposeAsync();
        }
    }

    private static bool IsAt(string pid, string address) => pid.EndsWith($"@{address}", StringComparison.Ordinal);

    private static string Address(string pid) => pid[(pid.IndexOf('@', StringComparison.Ordinal) + 1)..];

    /// <summary>A peer with no part in what is left of the recording has ended: its connections break.</summary>
    private async Task EndPeersBeforeAsync(RecordedMessage step)
    {
        HashSet<string> needed = [.. steps.SkipWhile(s => s != step).Select(s => Address(IsAt(s.From, node) ? s.To : s.From))];
        foreach (string address in peers.Keys.Where(address => !needed.Contains(address)).ToArray())
        {
            await EndPeerAsync(address);
        }
    }

    /// <summary>A peer that goes on over another connection has ended and been started again: all its connections have broken.</summary>
    private async Task RestartPeerBeforeAsync(RecordedMessage step)
    {
        string address = Address(step.From);
        if (connections.TryGetValue(address, out int before) && before != step.Connection)
        {
            Task noticed = PeerEnded(step.From);
            peers[address].Break();
            await noticed.WaitAsync(RealPatience);
            await Settle();
        }

        connections[address] = step.Connection;
    }

    private async Task SendAsync(RecordedMessage step)
    {
        WireRequest recorded = WireRequest.TryRead(step.Raw)!.Value.Message;
        IMessage message = WireTypes.Parse(step.Name, recorded.Body);
        rewriter.Rewrite(message);
        Speak(step, message);
        var sent = new WireRequest(bindings.ToLive(step.From), bindings.ToLive(recorded.ToId), step.Name, message.ToByteArray());
        await peers[Address(step.From)].SendAsync(sent, live);

        // What another peer sends next is not to overtake this.
        await Settle();
    }

    private async Task ReceiveExpectedAsync()
    {
        using var patience = new CancellationTokenSource(RealPatience);
        while (expected.Count > 0)
        {
            (ScriptedNode peer, WireRequest message) = await NextAsync(patience.Token);
            Match(peer, message);
        }
    }

    private async Task<(ScriptedNode Node, WireRequest Message)> NextAsync(CancellationToken patience)
    {
        try
        {
            while (true)
            {
                using var step = CancellationTokenSource.CreateLinkedTokenSource(patience);
                step.CancelAfter(Quiet);
                try
                {
                    return await inbox.Reader.ReadAsync(step.Token);
                }
                catch (OperationCanceledException) when (Advance is not null && !patience.IsCancellationRequested)
                {
                    await Advance(Step);
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"Nothing came; waiting for {string.Join(", ", expected)}");
        }
    }

    private void Match(ScriptedNode peer, WireRequest message)
    {
        string peerAddress = peers.Single(p => p.Value == peer).Key;
        // The live node may be quicker than the recorded one.
        string subject = SubjectOf(message);
        RecordedMessage? step = steps.FirstOrDefault(e =>
            !said.Contains(e)
            && IsAt(e.From, node)
            && e.To == $"{Recorded(message.ToId, e.To)}@{peerAddress}"
            && SubjectOf(WireRequest.TryRead(e.Raw)!.Value.Message) == subject
            && bindings.Unify(e.From, message.From) is null);
        if (step is null || step.Name != message.Name)
        {
            if (MayRepeat(message))
            {
                return;
            }

            throw new AssertionException(
                $"{message.Name} from {message.From} came out of turn; waiting for {(step is null ? string.Join(", ", expected) : step)}");
        }

        said.Add(step);
        if (!expected.Remove(step))
        {
            early.Add(step);
        }

        IMessage spoken = WireTypes.Parse(message.Name, message.Body);
        IReadOnlyList<string> differences =
            unifier.Compare(WireTypes.Parse(step.Name, WireRequest.TryRead(step.Raw)!.Value.Message.Body), spoken);
        Assert.That(differences, Is.Empty, step.ToString());
        Heard(step, spoken);
    }

    private static string SubjectOf(WireRequest message) => WireTypes.Parse(message.Name, message.Body) switch
    {
        StatusUpdateMessage update => update.Update.Status.TaskId.Value,
        StatusUpdateAcknowledgementMessage acknowledgement => acknowledgement.TaskId.Value,

        // The allocator decides in its own time: offers have no place among what else a scheduler is told.
        ResourceOffersMessage => "offers",
        _ => string.Empty,
    };

    private string Recorded(string liveId, string recordedPid)
    {
        string recordedId = recordedPid[..recordedPid.IndexOf('@', StringComparison.Ordinal)];
        return bindings.Unify(recordedId, liveId) is null ? recordedId : liveId;
    }
}
