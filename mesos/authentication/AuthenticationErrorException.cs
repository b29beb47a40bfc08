namespace Mesos.Authentication;

/// <summary>An attempt to authenticate ended without a verdict.</summary>
/// <param name="message">What went wrong, for the log of the one who asked.</param>
public sealed class AuthenticationErrorException(string message) : Exception(message);
