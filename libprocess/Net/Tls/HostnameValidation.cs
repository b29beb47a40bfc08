namespace LibProcess.Net.Tls;

/// <summary>How the name in the certificate of a verified peer is compared.</summary>
/// <remarks>Upstream: <c>verify</c> and <c>configure_socket</c> in 3rdparty/libprocess/src/openssl.cpp.</remarks>
public enum HostnameValidation
{
    /// <summary>
    /// In both roles, after the handshake: the name that belongs to the peer's address by reverse look-up must be a name or the
    /// common name of the certificate, to the letter; where allowed, the address may be in the certificate instead.
    /// </summary>
    Legacy,

    /// <summary>
    /// In the handshake, for peers this node connects to: the host name of their UPID, wildcards allowed, or where it has none the
    /// address, if that is allowed. Clients are not checked.
    /// </summary>
    OpenSsl,
}
