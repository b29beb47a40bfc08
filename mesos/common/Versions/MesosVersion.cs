namespace Mesos.Common.Versions;

/// <summary>Which Mesos this is, as peers and clients see it.</summary>
public static class MesosVersion
{
    /// <summary>
    /// The version of the original whose wire this implementation speaks. Peers decide by it what they may send, so it is not the version
    /// of this product.
    /// </summary>
    public const string Wire = "1.12.0";

    /// <summary>The oldest version an agent may report; older ones are ignored for ever.</summary>
    public const string OldestAgent = "1.0.0";
}
