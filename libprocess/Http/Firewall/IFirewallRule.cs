namespace LibProcess.Http.Firewall;

/// <summary>Refuses requests before any process sees them. Messages between processes are not asked about.</summary>
/// <remarks>Upstream: <c>FirewallRule</c> in 3rdparty/libprocess/include/process/firewall.hpp. Called on any thread; must not block.</remarks>
public interface IFirewallRule
{
    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="paths">
    /// The path under each of its names: as it was sent, with the delegate in front where its first component names no process;
    /// the same without escapes in the id and without needless slashes; and <c>/&lt;id&gt;/&lt;route&gt;</c> where a route serves it.
    /// </param>
    /// <returns>The refusal, or null to let it pass.</returns>
    HttpResponse? Apply(HttpRequest request, IReadOnlyList<string> paths);
}
