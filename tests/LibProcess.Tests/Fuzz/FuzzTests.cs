using System.Globalization;

namespace LibProcess.Tests.Fuzz;

/// <summary>
/// Readers of what peers send get inputs nobody thought of: recorded traffic and known attacks, mutated. No exception leaves them
/// but the documented ones, none hangs, memory is in proportion to the input, and cutting the bytes elsewhere changes nothing.
/// </summary>
/// <remarks>
/// A short run with fixed seeds by default. LIBPROCESS_FUZZ_SECONDS sets how long each reader gets, LIBPROCESS_FUZZ_SEED where it
/// starts; a failure names its seed and shows the input.
/// </remarks>
public sealed class FuzzTests
{
    private const int ShortInputs = 1500;
    private static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(3);

    private static IEnumerable<FuzzTarget> Targets()
    {
        yield return FuzzTargets.RequestHeads;
        yield return FuzzTargets.ResponseHeads;
        yield return FuzzTargets.Chunks;
        yield return FuzzTargets.Upids;
        yield return FuzzTargets.Escapes;
        yield return FuzzTargets.Urls;
        yield return FuzzTargets.Records;
        yield return FuzzTargets.Json;
        yield return FuzzTargets.Gzip;
        yield return FuzzTargets.Durations;
        yield return ConnectionFuzzTargets.Server;
        yield return ConnectionFuzzTargets.Client;
    }

    [TestCaseSource(nameof(Targets))]
    public void No_input_breaks_a_reader(object target)
    {
        var reader = (FuzzTarget)target;
        int? seconds = Setting("LIBPROCESS_FUZZ_SECONDS");
        int seed = Setting("LIBPROCESS_FUZZ_SEED") ?? 1;
        (int inputs, int kinds) = seconds is { } given
            ? reader.Run(seed, int.MaxValue, TimeSpan.FromSeconds(given))
            : reader.Run(seed, ShortInputs, ShortTime);
        TestContext.Out.WriteLine($"{reader.Name}: {inputs} inputs, {kinds} kinds of results, seed {seed}");
        Assert.That(kinds, Is.GreaterThan(1));
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
