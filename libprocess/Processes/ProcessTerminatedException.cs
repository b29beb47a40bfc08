namespace LibProcess.Processes;

/// <summary>A call reached a process that has ended.</summary>
/// <param name="processId">The process.</param>
public sealed class ProcessTerminatedException(string processId)
    : OperationCanceledException($"The process '{processId}' has terminated");
