using System.Buffers;

namespace LibProcess.Net.Tls;

/// <summary>Tells a TLS greeting from anything else by its first bytes.</summary>
/// <remarks>Upstream: <c>peek_callback</c> in 3rdparty/libprocess/src/posix/libevent/libevent_ssl_socket.cpp.</remarks>
internal static class ClientGreeting
{
    // After so many the answer is certain.
    private const int Bytes = 6;

    /// <summary>Whether a client that begins like this wants TLS; null where that cannot be said yet.</summary>
    public static bool? IsTls(in ReadOnlySequence<byte> received)
    {
        Span<byte> start = stackalloc byte[Bytes];
        ReadOnlySequence<byte> first = received.Slice(0, Math.Min(received.Length, Bytes));
        first.CopyTo(start);
        return IsTls(start[..(int)first.Length]);
    }

    /// <summary>Whether a client that begins like this wants TLS; null where that cannot be said yet.</summary>
    public static bool? IsTls(ReadOnlySpan<byte> start)
    {
        if (start.Length == 0)
        {
            return null;
        }

        bool isOldForm = (start[0] & 0x80) != 0;
        if (!isOldForm && start[0] != 0x16)
        {
            return false;
        }

        if (start.Length < Bytes)
        {
            return null;
        }

        // The greeting in the form of SSL 2, or a handshake record that carries one.
        return isOldForm ? start[2] == 1 : start[1] == 3 && start[5] == 1;
    }
}
