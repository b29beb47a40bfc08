namespace Mesos.Cli;

/// <summary>Exit codes of the program itself.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    public const int Failure = 1;
}
