using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text.Json;
using Mesos.Common.Values;

namespace Mesos.Common.Flags;

/// <summary>The types most flags have.</summary>
/// <remarks>Upstream: stout/flags/parse.hpp.</remarks>
public static class FlagTypes
{
    /// <summary>Any text, taken as it is.</summary>
    public static FlagType<string> Text { get; } = new("TEXT", TryParseText, text => text);

    /// <summary>A path, kept as a path: a leading <c>file://</c> is cut off, the file is not read here.</summary>
    public static FlagType<string> Path { get; } = new("PATH", TryParsePath, text => text) { ReadsFiles = false };

    /// <summary><c>true</c>, <c>1</c>, <c>false</c> or <c>0</c>.</summary>
    public static FlagType<bool> Boolean { get; } =
        new("true|false", TryParseBoolean, value => value ? "true" : "false") { IsBoolean = true };

    /// <summary>A whole number of 32 bits.</summary>
    public static FlagType<int> Integer { get; } = WholeNumber<int>();

    /// <summary>A whole number of 64 bits.</summary>
    public static FlagType<long> LongInteger { get; } = WholeNumber<long>();

    /// <summary>A count: a whole number of 64 bits that is not negative.</summary>
    public static FlagType<ulong> Count { get; } = WholeNumber<ulong>();

    /// <summary>A port, 0 to 65535.</summary>
    public static FlagType<ushort> Port { get; } = WholeNumber<ushort>();

    /// <summary>A decimal number.</summary>
    public static FlagType<double> Number { get; } = new("NUMBER", TryParseNumber, value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A duration such as <c>15secs</c>; finer than 100 ns is cut off.</summary>
    public static FlagType<TimeSpan> Duration { get; } =
        new("DURATION", TryParseDuration, value => Values.Duration.FromTimeSpan(value).ToString());

    /// <summary>An amount of bytes such as <c>2GB</c>.</summary>
    public static FlagType<Bytes> Bytes { get; } = new("BYTES", Values.Bytes.TryParse, value => value.ToString());

    /// <summary>An IPv4 or IPv6 address.</summary>
    public static FlagType<IPAddress> Address { get; } = new("ADDRESS", TryParseAddress, value => value.ToString());

    /// <summary>A JSON object, given directly or as a file.</summary>
    public static FlagType<JsonElement> JsonObject { get; } = Json(JsonValueKind.Object, "a JSON object");

    /// <summary>A JSON array, given directly or as a file.</summary>
    public static FlagType<JsonElement> JsonArray { get; } = Json(JsonValueKind.Array, "a JSON array");

    /// <summary>A type for values read by <paramref name="parse"/> and written by <paramref name="format"/>.</summary>
    public static FlagType<T> Custom<T>(string placeholder, FlagParser<T> parse, Func<T, string> format) => new(placeholder, parse, format);

    private static FlagType<T> WholeNumber<T>()
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        return new FlagType<T>("NUMBER", TryParse, value => value.ToString(null, CultureInfo.InvariantCulture));

        static bool TryParse(string text, out T value, [NotNullWhen(false)] out string? error)
        {
            if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            {
                error = null;
                return true;
            }

            error = string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {T.MinValue} to {T.MaxValue}");
            return false;
        }
    }

    private static FlagType<JsonElement> Json(JsonValueKind kind, string accepted)
    {
        return new FlagType<JsonElement>("JSON", TryParse, value => value.GetRawText()) { ReadsBarePaths = true };

        bool TryParse(string text, out JsonElement value, [NotNullWhen(false)] out string? error)
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                value = document.RootElement.Clone();
                error = value.ValueKind == kind ? null : $"expected {accepted}";
            }
            catch (JsonException exception)
            {
                value = default;
                error = $"expected {accepted}, but line {exception.LineNumber + 1} is not JSON";
            }

            return error is null;
        }
    }

    private static bool TryParseText(string text, out string value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (text, null);
        return true;
    }

    private static bool TryParsePath(string text, out string value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (text.StartsWith("file://", StringComparison.Ordinal) ? text["file://".Length..] : text, null);
        return true;
    }

    private static bool TryParseBoolean(string text, out bool value, [NotNullWhen(false)] out string? error)
    {
        value = text is "true" or "1";
        error = value || text is "false" or "0" ? null : "expected true or false";
        return error is null;
    }

    private static bool TryParseNumber(string text, out double value, [NotNullWhen(false)] out string? error)
    {
        error = NumberText.TryParse(text, out value) && double.IsFinite(value) ? null : "expected a decimal number";
        return error is null;
    }

    private static bool TryParseDuration(string text, out TimeSpan value, [NotNullWhen(false)] out string? error)
    {
        var parsed = Values.Duration.TryParse(text, out var duration, out error);
        value = duration.ToTimeSpan();
        return parsed;
    }

    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? value, [NotNullWhen(false)] out string? error)
    {
        // The framework also takes shortened forms such as "1" or "127.1", which nobody means.
        var accepted = IPAddress.TryParse(text, out value)
            && (value.AddressFamily != AddressFamily.InterNetwork || text.Count(c => c == '.') == 3);
        error = accepted ? null : "expected an IP address such as 10.1.2.3";
        return accepted;
    }
}
