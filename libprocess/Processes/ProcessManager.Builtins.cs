using LibProcess.Builtins;
using LibProcess.Diagnostics;

namespace LibProcess.Processes;

// The processes every node has.
public sealed partial class ProcessManager
{
    /// <summary>The process that raises the verbosity of the node's logs; also served at <c>/logging/toggle</c>.</summary>
    public LoggingProcess Logging { get; private set; } = null!;

    // In the order of the original.
    private void SpawnBuiltins()
    {
        Logging = new LoggingProcess(this, options.LogLevels);
        Spawn(new HelpProcess(this, options.Delegate));
        Spawn(new MetricsProcess(this, options.MetricsRateLimit));
        Spawn(Logging);
        Spawn(new ProfilerProcess(this));
        if (options.MemoryProfiling)
        {
            Spawn(new MemoryProfilerProcess(this));
        }

        Spawn(new SystemProcess(this, MachineStatistics.Read));
        Spawn(new ProcessListProcess(this));
    }
}
