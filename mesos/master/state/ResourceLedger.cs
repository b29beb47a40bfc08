using Mesos.Common;

namespace Mesos.Master.State;

/// <summary>Resources per owner; an owner without any has no entry.</summary>
internal sealed class ResourceLedger
{
    private readonly Dictionary<string, Resources> byOwner = new(StringComparer.Ordinal);

    public Resources Total { get; private set; } = Resources.Empty;

    public IReadOnlyDictionary<string, Resources> ByOwner => byOwner;

    public void Add(string owner, Resources resources)
    {
        if (!resources.IsEmpty)
        {
            byOwner[owner] = byOwner.GetValueOrDefault(owner, Resources.Empty) + resources;
            Total += resources;
        }
    }

    public void Subtract(string owner, Resources resources)
    {
        if (!byOwner.TryGetValue(owner, out Resources? held))
        {
            return;
        }

        held -= resources;
        Total -= resources;
        if (held.IsEmpty)
        {
            byOwner.Remove(owner);
        }
        else
        {
            byOwner[owner] = held;
        }
    }
}
