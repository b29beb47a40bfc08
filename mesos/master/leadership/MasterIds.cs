using System.Globalization;

namespace Mesos.Master.Leadership;

/// <summary>Ids of frameworks, agents and offers. They contain the id of the master, which is new with every start, so they are never used twice.</summary>
/// <remarks>Upstream: <c>newFrameworkId</c>, <c>newSlaveId</c>, <c>newOfferId</c> in src/master/master.cpp.</remarks>
internal sealed class MasterIds(string masterId)
{
    private long frameworks;
    private long agents;
    private long offers;

    public string NextFramework() => string.Create(CultureInfo.InvariantCulture, $"{masterId}-{frameworks++:D4}");

    public string NextAgent() => string.Create(CultureInfo.InvariantCulture, $"{masterId}-S{agents++}");

    public string NextOffer() => string.Create(CultureInfo.InvariantCulture, $"{masterId}-O{offers++}");
}
