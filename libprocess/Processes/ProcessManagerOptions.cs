using System.Net;
using LibProcess.Addressing;
using LibProcess.Diagnostics;
using LibProcess.Events;
using LibProcess.Futures;
using LibProcess.Messages;
using LibProcess.Net;
using LibProcess.Net.Tls;
using LibProcess.Randomness;
using LibProcess.Scheduling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LibProcess.Processes;

/// <summary>What a node is made of. Every source of chance, time and traffic can be replaced.</summary>
/// <remarks>The environment form of the addresses is read by <see cref="ProcessEnvironment"/>.</remarks>
public sealed record ProcessManagerOptions
{
    /// <summary>The IPv4 address to bind. Default: loopback.</summary>
    public IPAddress Ip { get; init; } = IPAddress.Loopback;

    /// <summary>The port to bind; 0, the default, picks a free one.</summary>
    public ushort Port { get; init; }

    /// <summary>
    /// The address to put into UPIDs instead of the bound one, or null. Where 0.0.0.0 is bound, null means the first address of
    /// the machine's name.
    /// </summary>
    public IPAddress? AdvertiseIp { get; init; }

    /// <summary>The port to put into UPIDs instead of the bound one, or null.</summary>
    public ushort? AdvertisePort { get; init; }

    /// <summary>The process that serves paths whose first component names no process, such as <c>master</c>; or null.</summary>
    public string? Delegate { get; init; }

    /// <summary>Whether a message is refused whose sender claims another address than it connects from. Default: no.</summary>
    public bool RequirePeerAddressMatch { get; init; }

    /// <summary>Bounds on what peers may send.</summary>
    public WireLimits Limits { get; init; } = new();

    /// <summary>How the node speaks TLS; null, the default, for connections in clear.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>How long HTTP clients may take.</summary>
    public HttpTimeouts Timeouts { get; init; } = new();

    /// <summary>
    /// How long the end of the node waits until queued messages have left and answers under way are out; measured in real time.
    /// Default: two seconds; zero does not wait.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The realm of builtin pages that only show something (<c>/metrics</c>); null, the default, serves them without
    /// authentication.
    /// </summary>
    public string? ReadOnlyRealm { get; init; }

    /// <summary>
    /// The realm of builtin pages that change something (<c>/logging</c>, <c>/profiler</c>, <c>/memory-profiler</c>); null, the
    /// default, serves them without authentication.
    /// </summary>
    public string? ReadWriteRealm { get; init; }

    /// <summary>Rules that every HTTP request must pass, to begin with. Default: none.</summary>
    public IReadOnlyList<Http.Firewall.IFirewallRule> Firewall { get; init; } = [];

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Chance and fresh ids. Default: the system's.</summary>
    public RandomSource Random { get; init; } = RandomSource.System;

    /// <summary>Where processes run. Default: the thread pool.</summary>
    public ProcessScheduler Scheduler { get; init; } = ProcessScheduler.ThreadPool;

    /// <summary>Names and required fields of protobuf messages. Default: asks their descriptors.</summary>
    public IMessageSchema Messages { get; init; } = DescriptorSchema.Instance;

    /// <summary>
    /// Threads of the node's own on which its processes run, from 1 to 1024; null, the default, leaves it to
    /// <see cref="Scheduler"/>.
    /// </summary>
    public int? WorkerThreads { get; init; }

    /// <summary>The network. Default: sockets.</summary>
    public ITransport? Transport { get; init; }

    /// <summary>Host names in UPIDs. Default: the system's name service.</summary>
    public IHostResolver? Hosts { get; init; }

    /// <summary>Logs. Default: none.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// What <c>/logging/toggle</c> switches; everything logged through the node passes it. Null, the default, leaves the levels to
    /// <see cref="LoggerFactory"/>, and raising them through the node is refused.
    /// </summary>
    public LogLevelSwitch? LogLevels { get; init; }

    /// <summary>How often <c>/metrics/snapshot</c> and <c>/metrics</c> answer; null for no limit. Default: twice a second.</summary>
    public RateLimit? MetricsRateLimit { get; init; } = new RateLimit(2, TimeSpan.FromSeconds(1));

    /// <summary>Whether <c>/memory-profiler</c> is served. Default: no.</summary>
    public bool MemoryProfiling { get; init; }

    /// <summary>Told of exceptions that left a handler, beside the log; or null.</summary>
    public IFaultObserver? Faults { get; init; }

    /// <summary>Sees events before they are handled, for tests; or null.</summary>
    public IEventFilter? Filter { get; init; }
}
