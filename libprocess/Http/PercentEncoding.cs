using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LibProcess.Http;

/// <summary>Percent escapes in paths and queries, over the UTF-8 form of the text.</summary>
/// <remarks>Upstream: <c>http::encode</c> and <c>http::decode</c> in 3rdparty/libprocess/src/http.cpp.</remarks>
public static class PercentEncoding
{
    private const string Reserved = "$&+,/:;=?@ \"<>#%{}|\\^~[]`";

    private static readonly SearchValues<char> Escapes = SearchValues.Create("%+");

    /// <summary>Escapes reserved and unsafe characters, control characters and everything beyond ASCII; upper-case digits.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new StringBuilder(text.Length);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            if (value is <= 0x1F or >= 0x7F || Reserved.Contains((char)value))
            {
                result.Append('%').Append(Convert.ToHexString([value]));
            }
            else
            {
                result.Append((char)value);
            }
        }

        return result.ToString();
    }

    /// <summary>The first <c>%</c> that is not followed by two hexadecimal digits, with what follows it; for error texts.</summary>
    internal static string MalformedEscape(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                return text.Substring(i, Math.Min(3, text.Length - i));
            }
        }

        return string.Empty;
    }

    /// <summary>Takes escapes out; <c>+</c> is a blank.</summary>
    /// <returns>False where a <c>%</c> is not followed by two hexadecimal digits.</returns>
    public static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IndexOfAny(Escapes) < 0)
        {
            decoded = text;
            return true;
        }

        byte[] source = Encoding.UTF8.GetBytes(text);
        var target = new byte[source.Length];
        int length = 0;
        decoded = null;
        for (int i = 0; i < source.Length; i++)
        {
            byte value = source[i];
            if (value == '%')
            {
                if (i + 2 >= source.Length || !char.IsAsciiHexDigit((char)source[i + 1]) || !char.IsAsciiHexDigit((char)source[i + 2]))
                {
                    return false;
                }

                value = (byte)((HexValue(source[i + 1]) << 4) | HexValue(source[i + 2]));
                i += 2;
            }
            else if (value == '+')
            {
                value = (byte)' ';
            }

            target[length++] = value;
        }

        decoded = Encoding.UTF8.GetString(target, 0, length);
        return true;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
