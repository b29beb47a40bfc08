using System.Collections.Concurrent;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Metrics;
using LibProcess.Processes;
using LibProcess.Scheduling;

namespace LibProcess.Net;

/// <summary>
/// The connections this node opened to others: at most one persistent one per address, made by links, and one temporary one
/// where there is no link.
/// </summary>
/// <remarks>
/// Upstream: <c>SocketManager::send</c> and <c>SocketManager::link</c> in 3rdparty/libprocess/src/process.cpp. Order of locks: this
/// gate, then that of a connection, then that of the link table.
/// </remarks>
internal sealed class OutboundConnections : IOutbound
{
    private readonly IInbound inbound;
    private readonly OutboundShared shared;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<NetworkAddress, OutboundLink> persistent = new();
    private readonly Dictionary<NetworkAddress, OutboundLink> temporary = [];
    private readonly HashSet<OutboundLink> open = [];
    private bool isStopped;

    public OutboundConnections(ITransport transport, IInbound inbound, ProcessManagerOptions options, MetricsRegistry metrics)
    {
        this.inbound = inbound;
        shared = new OutboundShared(transport, options, metrics, stopping.Token);
        metrics.AddPullGauge("libprocess/links_open", () => persistent.Count);
        metrics.AddPullGauge("libprocess/links_queued_bytes", CountQueued);
    }

    public void Send(UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body)
    {
        if (!persistent.TryGetValue(to.Address, out OutboundLink? link) || !link.TrySend(from, to, name, message, body))
        {
            SendWithoutLink(from, to, name, message, body);
        }
    }

    public void Link(NetworkAddress address, string? host, LinkMode mode)
    {
        lock (gate)
        {
            OutboundLink? existing = persistent.GetValueOrDefault(address);
            if (isStopped || (existing is not null && mode == LinkMode.Reuse))
            {
                return;
            }

            OutboundLink link = Create(address, host, isPersistent: true);
            existing?.Retire(link);
            persistent[address] = link;
            shared.LinksOpened.Increment();
            link.Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        OutboundLink[] links;
        lock (gate)
        {
            isStopped = true;
            links = [.. open];
        }

        foreach (OutboundLink link in links)
        {
            link.Retire();
        }

        try
        {
            // Real time on purpose: a virtual clock may stand still while its node is taken down.
            await Task.WhenAll(links.Select(link => link.Ended)).WaitAsync(shared.StopTimeout, shared.StopClock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Peers that take nothing are not waited for any longer.
        }

        await SimulatedThread.CancelAsync(stopping).ConfigureAwait(false);
        foreach (OutboundLink link in links)
        {
            link.Break("the node stops");
            await link.Ended.ConfigureAwait(false);
        }

        stopping.Dispose();
    }

    private double CountQueued()
    {
        lock (gate)
        {
            return open.Sum(link => (double)link.QueuedBytes);
        }
    }

    private void SendWithoutLink(UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body)
    {
        lock (gate)
        {
            if (isStopped)
            {
                shared.MessagesLost.Increment();
                return;
            }

            // A link may have been made meanwhile.
            if ((persistent.TryGetValue(to.Address, out OutboundLink? link) && link.TrySend(from, to, name, message, body))
                || (temporary.TryGetValue(to.Address, out link) && link.TrySend(from, to, name, message, body)))
            {
                return;
            }

            link = Create(to.Address, to.Host, isPersistent: false);
            temporary[to.Address] = link;
            shared.TemporaryOpened.Increment();
            link.TrySend(from, to, name, message, body);
            link.Start();
        }
    }

    private OutboundLink Create(NetworkAddress address, string? host, bool isPersistent)
    {
        var link = new OutboundLink(address, host, isPersistent, shared, OnEnded);
        open.Add(link);
        return link;
    }

    /// <summary>Whoever watches the node is told, unless another connection has taken the place of this one.</summary>
    private void OnEnded(OutboundLink link)
    {
        lock (gate)
        {
            open.Remove(link);
            if (temporary.TryGetValue(link.Address, out OutboundLink? current) && current == link)
            {
                temporary.Remove(link.Address);
            }

            if (persistent.TryRemove(new KeyValuePair<NetworkAddress, OutboundLink>(link.Address, link)))
            {
                shared.LinksBroken.Increment();
                inbound.LinkBroken(link.Address);
            }
        }
    }
}
