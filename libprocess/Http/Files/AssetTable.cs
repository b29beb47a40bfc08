using System.Buffers;

namespace LibProcess.Http.Files;

/// <summary>The files of one process that are served as they are.</summary>
/// <remarks>Upstream: the assets of <c>ProcessBase</c> in 3rdparty/libprocess/src/process.cpp. Used by its process alone.</remarks>
internal sealed class AssetTable
{
    private static readonly SearchValues<char> Elsewhere = SearchValues.Create(":*?\"<>|");

    private readonly Dictionary<string, (string Path, string? Root)> assets = new(StringComparer.Ordinal);

    public void Add(string name, string path, bool linksMayLeave)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The asset '{name}' must be one component of a path", nameof(name));
        }

        string full = Path.GetFullPath(path);
        if (!assets.TryAdd(name, (full, linksMayLeave ? null : full)))
        {
            throw new ArgumentException($"The asset '{name}' exists already", nameof(name));
        }
    }

    /// <summary>The file of a path below the process.</summary>
    /// <param name="relativePath">Without the id; its first component names the asset, an empty path that without name.</param>
    /// <returns>Null where there is no such asset, or the path tries to leave it.</returns>
    public HttpResponse? Find(string relativePath)
    {
        string[] parts = relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!assets.TryGetValue(parts.Length == 0 ? string.Empty : parts[0], out (string Path, string? Root) asset))
        {
            return null;
        }

        string path = asset.Path;
        foreach (string part in parts.AsSpan(Math.Min(1, parts.Length)))
        {
            if (Decode(part) is not { } name)
            {
                return null;
            }

            path += Path.DirectorySeparatorChar + name;
        }

        return HttpResponse.Asset(path, asset.Root, MediaTypes.Of(path));
    }

    /// <summary>A component of a path as the name of a file; null where it is none, or would lead elsewhere.</summary>
    private static string? Decode(string part)
    {
        // A plus sign is a blank in queries only.
        if (!PercentEncoding.TryDecode(part.Replace("+", "%2B", StringComparison.Ordinal), out string? name)
            || name is "" or "." or ".."
            || name.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            return null;
        }

        // Names of devices and streams, on systems that have them.
        return Path.DirectorySeparatorChar == '\\' && name.AsSpan().ContainsAny(Elsewhere) ? null : name;
    }
}
