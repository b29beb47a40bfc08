using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Mesos.Common.Values;

namespace Mesos.Common.Flags;

/// <summary>Declarations for the common types, so that a table of flags reads as one.</summary>
public static class FlagDeclarations
{
    /// <summary>A switch: <c>--name</c>, <c>--no-name</c>, <c>--name=true</c>, <c>--name=false</c>.</summary>
    public static Flag<bool> Bool(this FlagTable table, string name, bool defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Boolean, defaultValue, meaning);

    /// <summary>A switch that may be left open.</summary>
    public static Flag<bool?> OptionalBool(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Boolean, meaning);

    /// <summary>Text with a default.</summary>
    public static Flag<string> Text(this FlagTable table, string name, string defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Text, defaultValue, meaning);

    /// <summary>Text that may be absent.</summary>
    public static Flag<string?> OptionalText(this FlagTable table, string name, string meaning) =>
        table.Optional(name, FlagTypes.Text, meaning);

    /// <summary>Text that must be given.</summary>
    public static Flag<string> RequiredText(this FlagTable table, string name, string meaning) =>
        table.AddRequired(name, FlagTypes.Text, meaning);

    /// <summary>A path with a default; <c>file://</c> in front of it is cut off.</summary>
    public static Flag<string> Path(this FlagTable table, string name, string defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Path, defaultValue, meaning);

    /// <summary>A path that may be absent; <c>file://</c> in front of it is cut off.</summary>
    public static Flag<string?> OptionalPath(this FlagTable table, string name, string meaning) =>
        table.Optional(name, FlagTypes.Path, meaning);

    /// <summary>A whole number with a default.</summary>
    public static Flag<int> Integer(this FlagTable table, string name, int defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Integer, defaultValue, meaning);

    /// <summary>A whole number that may be absent.</summary>
    public static Flag<int?> OptionalInteger(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Integer, meaning);

    /// <summary>A count with a default.</summary>
    public static Flag<ulong> Count(this FlagTable table, string name, ulong defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Count, defaultValue, meaning);

    /// <summary>A count that may be absent.</summary>
    public static Flag<ulong?> OptionalCount(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Count, meaning);

    /// <summary>A port with a default.</summary>
    public static Flag<ushort> Port(this FlagTable table, string name, ushort defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Port, defaultValue, meaning);

    /// <summary>A port that may be absent.</summary>
    public static Flag<ushort?> OptionalPort(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Port, meaning);

    /// <summary>A decimal number with a default.</summary>
    public static Flag<double> Number(this FlagTable table, string name, double defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Number, defaultValue, meaning);

    /// <summary>A decimal number that may be absent.</summary>
    public static Flag<double?> OptionalNumber(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Number, meaning);

    /// <summary>A duration with a default written as operators write it, such as <c>15secs</c>.</summary>
    public static Flag<TimeSpan> Duration(this FlagTable table, string name, string defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Duration, Values.Duration.Parse(defaultValue).ToTimeSpan(), meaning);

    /// <summary>A duration with a default.</summary>
    public static Flag<TimeSpan> Duration(this FlagTable table, string name, TimeSpan defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Duration, defaultValue, meaning);

    /// <summary>A duration that may be absent.</summary>
    public static Flag<TimeSpan?> OptionalDuration(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Duration, meaning);

    /// <summary>An amount of bytes with a default written as operators write it, such as <c>2GB</c>.</summary>
    public static Flag<Bytes> Bytes(this FlagTable table, string name, string defaultValue, string meaning) =>
        table.Add(name, FlagTypes.Bytes, Values.Bytes.Parse(defaultValue), meaning);

    /// <summary>An amount of bytes that may be absent.</summary>
    public static Flag<Bytes?> OptionalBytes(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.Bytes, meaning);

    /// <summary>An IP address that may be absent.</summary>
    public static Flag<IPAddress?> OptionalAddress(this FlagTable table, string name, string meaning) =>
        table.Optional(name, FlagTypes.Address, meaning);

    /// <summary>A JSON object, direct or as a file, that may be absent.</summary>
    public static Flag<JsonElement?> OptionalJsonObject(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.JsonObject, meaning);

    /// <summary>A JSON array, direct or as a file, that may be absent.</summary>
    public static Flag<JsonElement?> OptionalJsonArray(this FlagTable table, string name, string meaning) =>
        table.OptionalValue(name, FlagTypes.JsonArray, meaning);

    /// <summary>A flag of a reference type that may be absent; its value is then null.</summary>
    public static Flag<T?> Optional<T>(this FlagTable table, string name, FlagType<T> type, string meaning)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(type);
        return table.Add<T?>(name, Nullable<T, T?>(type, TryParse, value => type.Format(value!)), null, meaning);

        bool TryParse(string text, out T? value, [NotNullWhen(false)] out string? error) => type.Parse(text, out value, out error);
    }

    /// <summary>A flag of a value type that may be absent; its value is then null.</summary>
    public static Flag<T?> OptionalValue<T>(this FlagTable table, string name, FlagType<T> type, string meaning)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(type);
        return table.Add<T?>(name, Nullable<T, T?>(type, TryParse, value => type.Format(value!.Value)), null, meaning);

        bool TryParse(string text, out T? value, [NotNullWhen(false)] out string? error)
        {
            var parsed = type.Parse(text, out var inner, out error);
            value = parsed ? inner : null;
            return parsed;
        }
    }

    private static FlagType<TNullable> Nullable<T, TNullable>(FlagType<T> type, FlagParser<TNullable> parse, Func<TNullable, string> format) =>
        new(type.Placeholder, parse, format)
        {
            ReadsFiles = type.ReadsFiles,
            ReadsBarePaths = type.ReadsBarePaths,
            IsSecret = type.IsSecret,
            Redact = type.Redact,
            ShowsFileName = type.ShowsFileName,
            IsBoolean = type.IsBoolean,
        };
}
