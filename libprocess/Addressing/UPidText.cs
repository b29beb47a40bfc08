namespace LibProcess.Addressing;

/// <summary>Takes the text form of a UPID apart without deciding what its host means.</summary>
/// <remarks>Upstream: <c>operator&gt;&gt;(std::istream&amp;, UPID&amp;)</c> in 3rdparty/libprocess/src/pid.cpp.</remarks>
internal static class UPidText
{
    private const string BlankCharacters = " \t\r\n\v\f";
    private static readonly System.Buffers.SearchValues<char> Blanks = System.Buffers.SearchValues.Create(BlankCharacters);

    /// <summary>Splits at the first <c>@</c> and the first <c>:</c> after it; the port's digits end at the first other character.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> id, out ReadOnlySpan<char> host, out ushort port)
    {
        id = host = default;
        port = 0;

        text = text.TrimStart(BlankCharacters);
        int blank = text.IndexOfAny(Blanks);
        if (blank >= 0)
        {
            text = text[..blank];
        }

        int at = text.IndexOf('@');
        if (at < 0)
        {
            return false;
        }

        ReadOnlySpan<char> rest = text[(at + 1)..];
        int colon = rest.IndexOf(':');
        if (colon < 0 || !TryReadPort(rest[(colon + 1)..], out port))
        {
            return false;
        }

        id = text[..at];
        host = rest[..colon];
        return true;
    }

    private static bool TryReadPort(ReadOnlySpan<char> text, out ushort port)
    {
        int value = 0;
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            value = (value * 10) + (text[digits++] - '0');
            if (value > ushort.MaxValue)
            {
                port = 0;
                return false;
            }
        }

        port = (ushort)value;
        return digits > 0;
    }
}
