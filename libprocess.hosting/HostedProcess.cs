using LibProcess.Processes;

namespace LibProcess.Hosting;

/// <summary>A process that lives as long as the host.</summary>
internal sealed record HostedProcess(ProcessBase Process);
