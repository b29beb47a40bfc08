using Mesos.Proto;

namespace Mesos.Master.Http;

/// <summary>Names of enum values as JSON shows them.</summary>
internal static class WireNames
{
    public static string Of(SlaveInfo.Types.Capability.Types.Type type) => Upper(type);

    public static string Of(FrameworkInfo.Types.Capability.Types.Type type) => Upper(type);

    public static string Of(MasterInfo.Types.Capability.Types.Type type) => type switch
    {
        MasterInfo.Types.Capability.Types.Type.QuotaV2 => "QUOTA_V2",
        _ => Upper(type),
    };

    public static string Of(ExecutorInfo.Types.Type type) => Upper(type);

    private static string Upper<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));
}
