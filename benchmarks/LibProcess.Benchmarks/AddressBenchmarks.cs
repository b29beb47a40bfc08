using BenchmarkDotNet.Attributes;
using LibProcess.Addressing;

namespace LibProcess.Benchmarks;

/// <summary>UPIDs as text.</summary>
[MemoryDiagnoser]
public class AddressBenchmarks
{
    private readonly UPid pid = UPid.Parse("slave(1)@10.1.2.3:5051");
    private readonly UPid other = UPid.Parse("slave(1)@10.1.2.3:5051");

    [Benchmark]
    public bool Parse() => UPid.TryParse("slave(1)@10.1.2.3:5051", out _);

    [Benchmark]
    public bool Compare() => pid.Equals(other);

    [Benchmark]
    public int Hash() => pid.GetHashCode();
}
