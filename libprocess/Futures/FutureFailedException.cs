namespace LibProcess.Futures;

/// <summary>Several futures together came to nothing.</summary>
/// <param name="message">Why, in the words of the original.</param>
/// <param name="innerException">The failure of the one that is to blame, or null.</param>
public sealed class FutureFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
