using Mesos.Proto;

namespace Mesos.Common.Detection;

/// <summary>Tells who the leading master is.</summary>
/// <remarks>Upstream: <c>MasterDetector</c> in include/mesos/master/detector.hpp. Safe from any thread.</remarks>
public interface IMasterDetector : IAsyncDisposable
{
    /// <summary>
    /// Waits until the leader differs from <paramref name="previous"/>, the answer known last; at once when it does already. Begin with
    /// null. A null answer means that nobody leads.
    /// </summary>
    /// <returns>
    /// The leader, to be read only. Failed when detection is no longer possible: agents, masters and drivers treat that as fatal.
    /// </returns>
    Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation = default);
}
