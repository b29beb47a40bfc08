namespace LibProcess.Processes;

/// <summary>Reads the <c>LIBPROCESS_*</c> environment into options.</summary>
public static class ProcessEnvironment
{
}
