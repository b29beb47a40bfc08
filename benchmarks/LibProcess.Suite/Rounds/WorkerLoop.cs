namespace LibProcess.Suite.Rounds;

/// <summary>The side of a worker program: does what it is told on its input, one round per line, until the input ends.</summary>
internal static class WorkerLoop
{
    public static async Task RunAsync(Func<Order, IWorkload> create)
    {
        IWorkload? workload = null;
        string? current = null;
        while (await Lines.ReadAsync<Order>(Console.In) is { } order)
        {
            string key = order.Workload + string.Join(',', order.Shape);
            Sample sample;
            try
            {
                if (key != current)
                {
                    await DisposeAsync(workload);
                    (workload, current) = (null, null);
                    workload = create(order);
                    current = key;
                }

                sample = await Meter.MeasureAsync(workload!);
            }
            catch (Exception exception)
            {
                sample = new Sample { Error = $"{exception.GetType().Name}: {exception.Message}" };
                await DisposeAsync(workload);
                (workload, current) = (null, null);
            }

            await Lines.WriteAsync(Console.Out, sample);
        }

        await DisposeAsync(workload);
    }

    private static async Task DisposeAsync(IWorkload? workload)
    {
        try
        {
            await (workload?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(exception.ToString());
        }
    }
}
