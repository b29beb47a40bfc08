namespace Mesos.Common.Detection;

/// <summary>The leading master cannot be found out; the message says why.</summary>
public sealed class MasterDetectionException : Exception
{
    /// <summary>Creates the exception without a reason.</summary>
    public MasterDetectionException()
    {
    }

    /// <summary>Creates the exception with a reason.</summary>
    public MasterDetectionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a reason and what caused it.</summary>
    public MasterDetectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
