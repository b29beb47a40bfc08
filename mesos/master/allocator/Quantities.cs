using Mesos.Common;
using Mesos.Proto;

namespace Mesos.Master.Allocator;

/// <summary>Amounts of scalar resources by name, whoever they are reserved or allocated to.</summary>
/// <remarks>Upstream: <c>ResourceQuantities</c>. Shares are ratios of these, so plain doubles suffice.</remarks>
internal sealed class Quantities
{
    private const double Nothing = 1e-9;

    private readonly Dictionary<string, double> amounts = new(StringComparer.Ordinal);

    public double this[string name] => amounts.GetValueOrDefault(name);

    public void Add(Resources resources) => Change(resources, +1);

    public void Subtract(Resources resources) => Change(resources, -1);

    public void Subtract(Quantities other)
    {
        foreach ((string name, double amount) in other.amounts)
        {
            Change(name, -amount);
        }
    }

    /// <summary>The largest part of any resource in <paramref name="total"/> that these amounts are.</summary>
    public double DominantShareOf(Quantities total)
    {
        double share = 0;
        foreach ((string name, double amount) in amounts)
        {
            double whole = total[name];
            if (whole > Nothing)
            {
                share = Math.Max(share, amount / whole);
            }
        }

        return share;
    }

    private void Change(Resources resources, int sign)
    {
        foreach (Resource resource in resources)
        {
            if (resource.Type == Value.Types.Type.Scalar)
            {
                Change(resource.Name, sign * resource.Scalar.Value);
            }
        }
    }

    private void Change(string name, double by)
    {
        double amount = amounts.GetValueOrDefault(name) + by;
        amounts[name] = amount < Nothing ? 0 : amount;
    }
}
