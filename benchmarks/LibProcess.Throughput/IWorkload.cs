namespace LibProcess.Throughput;

/// <summary>Something to measure, which checks itself that nothing was lost.</summary>
internal interface IWorkload
{
    string Name { get; }

    /// <returns>The number of operations done.</returns>
    Task<long> RunAsync();
}
