namespace LibProcess.Http;

/// <summary>The rest of a request's body will not come: its client has left, or sent what cannot be decoded.</summary>
/// <remarks>A handler may let it escape: the answer is 500 with the message, as upstream, and no fault of the process is reported.</remarks>
public sealed class HttpBodyException : IOException
{
    /// <summary>Creates the exception.</summary>
    public HttpBodyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public HttpBodyException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates the exception.</summary>
    public HttpBodyException()
    {
    }
}
