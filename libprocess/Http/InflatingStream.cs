using System.Buffers.Binary;
using System.IO.Compression;
using LibProcess.Net;

namespace LibProcess.Http;

/// <summary>Inflates a body while it arrives. One that was cut short is an error, which the base library does not say.</summary>
internal sealed class InflatingStream : ReadingStream
{
    private readonly Func<Exception?, Exception> malformed;
    private readonly Source source;
    private readonly GZipStream gzip;
    private uint inflated;

    /// <param name="packed">What arrives.</param>
    /// <param name="malformed">Makes the exception that readers see where it cannot be inflated; given the cause, if there is one.</param>
    public InflatingStream(Stream packed, Func<Exception?, Exception> malformed)
    {
        this.malformed = malformed;
        source = new Source(packed);
        gzip = new GZipStream(source, CompressionMode.Decompress);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            int count = await gzip.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            inflated += (uint)count;
            return count > 0 || source.EndsWith(inflated) ? count : throw malformed(null);
        }
        catch (InvalidDataException exception)
        {
            throw malformed(exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Remembers the last four bytes, which hold the inflated length.</summary>
    private sealed class Source(Stream packed) : ReadingStream
    {
        private ulong tail;
        private long length;

        /// <summary>Whether all was there; nothing at all is an empty body.</summary>
        public bool EndsWith(uint inflated) =>
            length == 0 || BinaryPrimitives.ReverseEndianness((uint)tail) == inflated;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await packed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            length += count;
            foreach (byte b in buffer.Span[Math.Max(0, count - sizeof(uint))..count])
            {
                tail = (tail << 8) | b;
            }

            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                packed.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
