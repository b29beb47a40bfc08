namespace LibProcess.Http.Firewall;

/// <summary>Refuses requests for a list of endpoints with 403.</summary>
/// <remarks>
/// Upstream: <c>DisabledEndpointsFirewallRule</c> in 3rdparty/libprocess/include/process/firewall.hpp. There only the path as it is
/// sent is compared, so a slash at its end gets past the rule and yet to the endpoint; here an endpoint is disabled however it is
/// written.
/// </remarks>
public sealed class DisabledEndpointsRule : IFirewallRule
{
    private readonly HashSet<string> disabled;

    /// <summary>Creates the rule.</summary>
    /// <param name="paths">Whole paths with the id of their process, such as <c>/master/teardown</c>.</param>
    /// <exception cref="ArgumentException">A path does not start with a slash.</exception>
    public DisabledEndpointsRule(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        disabled = new HashSet<string>(paths, StringComparer.Ordinal);
        if (disabled.FirstOrDefault(path => !path.StartsWith('/')) is { } wrong)
        {
            throw new ArgumentException($"The endpoint '{wrong}' must start with '/'", nameof(paths));
        }
    }

    /// <inheritdoc/>
    public HttpResponse? Apply(HttpRequest request, IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (string path in paths)
        {
            if (disabled.Contains(path))
            {
                return HttpResponse.Forbidden($"Endpoint '{path}' is disabled");
            }
        }

        return null;
    }
}
