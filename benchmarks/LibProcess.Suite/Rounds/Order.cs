namespace LibProcess.Suite.Rounds;

/// <summary>What a worker program is told to measure once.</summary>
internal sealed record Order(string Workload, Shape Shape);
