using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesos.Common.Json;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Authentication;

/// <summary>Reads the files behind the flags <c>--credentials</c> and <c>--credential</c>.</summary>
/// <remarks>
/// Upstream: src/credentials/credentials.hpp. Two forms: JSON (<c>{"credentials": [{"principal": ..., "secret": ...}]}</c>, and one
/// of the inner objects where a single credential is wanted), and the older text, a principal and a secret per line with blanks
/// between. Whoever reads the file as others may is a warning. Nothing of a secret is in a message.
/// </remarks>
public static partial class CredentialsFile
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const string FileScheme = "file://";

    /// <summary>Reads all credentials of a file.</summary>
    /// <param name="path">The path, with or without <c>file://</c>.</param>
    /// <param name="logger">Told of a file that others can read.</param>
    /// <param name="credentials">At least one.</param>
    /// <param name="error">One sentence for the operator.</param>
    public static bool TryRead(
        string path, ILogger logger, [NotNullWhen(true)] out Credentials? credentials, [NotNullWhen(false)] out string? error)
    {
        credentials = null;
        if (!TryReadText(path, logger, out string? text, out error))
        {
            return false;
        }

        if (IsJson(text))
        {
            if (!ProtobufJsonReader.TryParse(text, out credentials, out error))
            {
                error = $"The credentials file '{path}' is not valid: {error}";
                return false;
            }
        }
        else if (!TryReadLines(path, text, out credentials, out error))
        {
            return false;
        }

        error = credentials.Credentials_.Count > 0 ? null : $"The credentials file '{path}' holds no credential";
        return error is null;
    }

    /// <summary>Reads the one credential of a file.</summary>
    /// <param name="path">The path, with or without <c>file://</c>.</param>
    /// <param name="logger">Told of a file that others can read.</param>
    /// <param name="credential">What it holds.</param>
    /// <param name="error">One sentence for the operator.</param>
    public static bool TryReadOne(
        string path, ILogger logger, [NotNullWhen(true)] out Credential? credential, [NotNullWhen(false)] out string? error)
    {
        credential = null;
        if (!TryReadText(path, logger, out string? text, out error))
        {
            return false;
        }

        if (IsJson(text))
        {
            if (!ProtobufJsonReader.TryParse(text, out credential, out error))
            {
                error = $"The credential file '{path}' is not valid: {error}";
                return false;
            }

            return true;
        }

        if (!TryReadLines(path, text, out Credentials? several, out error))
        {
            return false;
        }

        if (several.Credentials_.Count != 1)
        {
            error = string.Create(
                CultureInfo.InvariantCulture, $"The credential file '{path}' holds {several.Credentials_.Count} credentials: expecting one");
            return false;
        }

        credential = several.Credentials_[0];
        return true;
    }

    private static bool IsJson(string text) => text.AsSpan().TrimStart().StartsWith("{");

    private static bool TryReadText(
        string path, ILogger logger, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        string file = path.StartsWith(FileScheme, StringComparison.Ordinal) ? path[FileScheme.Length..] : path;
        text = error = null;
        try
        {
            text = File.ReadAllText(file);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            {
                LogTooOpen(logger, file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = $"Cannot read the credentials file '{path}': {exception.Message}";
            return false;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            error = $"The credentials file '{path}' is empty: expecting at least one credential";
        }

        return error is null;
    }

    private static bool TryReadLines(
        string path, string text, [NotNullWhen(true)] out Credentials? credentials, [NotNullWhen(false)] out string? error)
    {
        credentials = new Credentials();
        error = null;
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2)
            {
                credentials.Credentials_.Add(new Credential { Principal = words[0], Secret = words[1] });
            }
            else if (words.Length != 0)
            {
                error = string.Create(
                    CultureInfo.InvariantCulture, $"The credentials file '{path}' is not valid: line {number} is not a principal and a secret");
                credentials = null;
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(6201, LogLevel.Warning, "Others on this machine may read the credentials file '{File}': take that right from them")]
    private static partial void LogTooOpen(ILogger logger, string file);
}
