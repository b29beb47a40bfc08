using Mesos.Common;
using Mesos.Proto;

namespace Mesos.Master.Registrar;

/// <summary>Descriptions of agents between the two formats of resources: the older one is stored, so that an older master can read it.</summary>
internal static class AgentDescriptions
{
    /// <summary>A copy to store. Refined reservations, which have no older form, were refused at registration.</summary>
    public static SlaveInfo ToStored(SlaveInfo info)
    {
        SlaveInfo copy = info.Clone();
        ResourceFormat.TryDowngradeAll(copy);
        return copy;
    }

    /// <summary>A copy to work with.</summary>
    public static SlaveInfo FromStored(SlaveInfo info)
    {
        SlaveInfo copy = info.Clone();
        ResourceFormat.UpgradeAll(copy);
        return copy;
    }
}
