namespace LibProcess.Http;

/// <summary>What a scan for the end of a head found.</summary>
internal enum HeadScan
{
    NeedMore,
    Complete,
    Broken,
}

/// <summary>Finds the empty line that ends a head, going on where the last scan stopped when more bytes have come.</summary>
internal struct HeadScanner
{
    private int lineStart;
    private bool started;

    /// <summary>Bytes that will not be looked at again: whole lines.</summary>
    public readonly int Reached => lineStart;

    /// <summary>Bytes of empty lines before the request line, which are skipped.</summary>
    public int Start { get; private set; }

    /// <summary>The length of the head with the empty line, from the first byte; known when the scan is complete.</summary>
    public int End { get; private set; }

    public HeadScan Scan(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            int feed = bytes[lineStart..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                return HeadScan.NeedMore;
            }

            int lineEnd = lineStart + feed;
            if (feed == 0 || bytes[lineEnd - 1] != '\r')
            {
                return HeadScan.Broken;
            }

            lineStart = lineEnd + 1;
            if (feed > 1)
            {
                started = true;
            }
            else if (started)
            {
                End = lineStart;
                return HeadScan.Complete;
            }
            else
            {
                Start = lineStart;
            }
        }
    }
}
