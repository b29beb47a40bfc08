using Mesos.Slave.Checkpoint;
using Mesos.Slave.Metrics;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave;

/// <summary>What every part of the agent needs.</summary>
internal sealed record SlaveContext(
    ISlaveActor Actor,
    SlaveState State,
    SlaveOptions Options,
    SlaveMetrics Metrics,
    AgentCheckpoints Checkpoints,
    ILogger Logger);
