using Mesos.Proto;

namespace Mesos.Master.Leadership;

/// <summary>Competes for the leadership of the cluster.</summary>
/// <remarks>Upstream: <c>MasterContender</c> in include/mesos/master/contender.hpp.</remarks>
internal interface IMasterContender
{
    /// <summary>Waits until this master leads.</summary>
    /// <param name="master">What others are told of it.</param>
    /// <param name="cancellation">Gives the candidacy up.</param>
    Task LeadAsync(MasterInfo master, CancellationToken cancellation);
}

/// <summary>The only master there is leads at once and for good.</summary>
internal sealed class StandaloneContender : IMasterContender
{
    public Task LeadAsync(MasterInfo master, CancellationToken cancellation) => Task.CompletedTask;
}
