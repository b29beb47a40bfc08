namespace Mesos.Common.Values;

/// <summary>
/// Scalar resources count in thousandths: values are compared, added and subtracted as whole thousandths, so that sums come out the same
/// for everybody. Anything finer is rounded away.
/// </summary>
/// <remarks>Upstream: src/common/values.cpp.</remarks>
public static class FixedPoint
{
    private const long Scale = 1000;

    // Well inside what a long holds, so that sums of accepted values do not overflow.
    private const double Limit = 9e17 / Scale;

    /// <summary>The value in thousandths, rounded half away from zero. Values beyond the accepted range become its nearest end, NaN zero.</summary>
    public static long FromDouble(double value) =>
        double.IsNaN(value) ? 0 : (long)Math.Round(Math.Clamp(value, -Limit, Limit) * Scale, MidpointRounding.AwayFromZero);

    /// <summary>The double that peers see for so many thousandths.</summary>
    public static double ToDouble(long thousandths) => (thousandths / Scale) + ((double)(thousandths % Scale) / Scale);

    /// <summary>The value without what is finer than thousandths.</summary>
    public static double Round(double value) => ToDouble(FromDouble(value));

    /// <summary>Whether the value is a number of a size that can be counted exactly.</summary>
    public static bool IsAccepted(double value) => Math.Abs(value) <= Limit;
}
