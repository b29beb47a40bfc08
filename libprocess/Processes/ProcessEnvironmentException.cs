namespace LibProcess.Processes;

/// <summary>The node cannot start with what it was told or found; the message is one sentence for the operator.</summary>
/// <param name="message">What is wrong and what is expected.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class ProcessEnvironmentException(string message, Exception? inner = null) : Exception(message, inner);
