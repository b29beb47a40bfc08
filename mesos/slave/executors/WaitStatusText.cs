using System.Globalization;

namespace Mesos.Slave.Executors;

/// <summary>Statuses of <c>wait(2)</c> in words.</summary>
internal static class WaitStatusText
{
    private const int SignalMask = 0x7F;

    public static string Of(int? status) => status switch
    {
        null => "status unknown",
        { } signal when (signal & SignalMask) != 0 => string.Create(CultureInfo.InvariantCulture, $"terminated with signal {signal & SignalMask}"),
        { } code => string.Create(CultureInfo.InvariantCulture, $"exited with status {(code >> 8) & 0xFF}"),
    };
}
