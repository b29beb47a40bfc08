using Google.Protobuf;
using LibProcess.Futures;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Time;
using Mesos.Common.Json;
using Mesos.Common.Values;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.Registrar.Storage;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Registrar;

/// <summary>How long the registrar waits for its storage.</summary>
/// <param name="FetchTimeout">For reading the registry.</param>
/// <param name="StoreTimeout">For writing it.</param>
internal sealed record RegistrarOptions(TimeSpan FetchTimeout, TimeSpan StoreTimeout);

/// <summary>Orders the changes of the registry: one store at a time, everything that came in meanwhile in the next.</summary>
/// <remarks>Upstream: <c>RegistrarProcess</c> in src/master/registrar.cpp.</remarks>
internal sealed class RegistrarProcess : ProcessBase, IRegistrar
{
    private readonly IRegistryStorage storage;
    private readonly RegistrarOptions options;
    private readonly RegistrarMetrics metrics;
    private readonly Queue<(RegistryOperation Operation, Promise<string?> Done)> waiting = [];
    private RegistryState? registry;
    private IOException? failure;
    private bool storing;

    public RegistrarProcess(ProcessManager manager, IRegistryStorage storage, RegistrarOptions options)
        : base(manager, manager.Ids.Generate("registrar"))
    {
        (this.storage, this.options) = (storage, options);
        metrics = new RegistrarMetrics(manager.Metrics, this, () => waiting.Count);
    }

    public Task<Registry> RecoverAsync(MasterInfo master) => CallAsync(async () =>
    {
        RegistryState fetched = await FetchAsync();
        if (MinimumCapabilities.Missing(fetched.Rest) is { Count: > 0 } missing)
        {
            throw Fail(new IOException(
                $"The registry asks for capabilities that this master does not have: {string.Join(", ", missing)}; start a version that has them"));
        }

        fetched.Rest.Master = new Registry.Types.Master { Info = master };
        await StoreAsync(fetched);
        registry = fetched;
        return fetched.ToProto().Clone();
    });

    public Task<string?> ApplyAsync(RegistryOperation operation) => CallAsync(() =>
    {
        if (failure is not null)
        {
            throw new IOException(failure.Message, failure);
        }

        if (registry is null)
        {
            throw new InvalidOperationException("The registry has not been recovered");
        }

        var done = new Promise<string?>();
        waiting.Enqueue((operation, done));
        if (!storing)
        {
            storing = true;
            Run(StoreAllAsync);
        }

        return done.Task;
    });

    protected override void Initialize() => Route(
        "/registry",
        new RouteHelp("Returns the current contents of the Registry in JSON."),
        request => HttpResponse.Json(
            writer => ProtobufJsonWriter.Write(writer, registry?.ToProto() ?? new Registry()),
            request.Query.GetValueOrDefault("jsonp")));

    protected override void OnTerminate() => metrics.Withdraw();

    private async Task StoreAllAsync()
    {
        try
        {
            while (waiting.Count > 0)
            {
                // What is queued in this very moment is one batch.
                await Defer();
                var batch = waiting.Select(entry => (entry.Done, Outcome: entry.Operation.Perform(registry!))).ToArray();
                waiting.Clear();
                await StoreAsync(batch);
            }
        }
        finally
        {
            storing = false;
        }
    }

    private async Task StoreAsync((Promise<string?> Done, OperationOutcome Outcome)[] batch)
    {
        try
        {
            if (failure is not null)
            {
                throw failure;
            }

            if (batch.Any(entry => entry.Outcome.Mutated))
            {
                await StoreAsync(registry!);
            }
        }
        catch (IOException exception)
        {
            foreach ((Promise<string?> done, _) in batch)
            {
                done.TryFail(new IOException(exception.Message, exception));
            }

            return;
        }

        foreach ((Promise<string?> done, OperationOutcome outcome) in batch)
        {
            done.TrySet(outcome.Refusal);
        }
    }

    private async Task<RegistryState> FetchAsync()
    {
        metrics.Fetch.Start();
        ReadOnlyMemory<byte> bytes = await WaitAsync(storage.FetchAsync(), options.FetchTimeout, "read");
        try
        {
            RegistryState state = RegistryState.Parse(bytes.Span);
            metrics.Size = bytes.Length;
            metrics.Fetch.Stop();
            return state;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw Fail(new IOException($"The registry cannot be read: {exception.Message}", exception));
        }
    }

    private async Task StoreAsync(RegistryState state)
    {
        byte[] bytes = state.ToProto().ToByteArray();
        metrics.Store.Start();
        await WaitAsync(Then(storage.StoreAsync(bytes)), options.StoreTimeout, "store");
        metrics.Store.Stop();
        metrics.Size = bytes.Length;
    }

    private static async Task<bool> Then(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> WaitAsync<T>(Task<T> task, TimeSpan timeout, string what)
    {
        try
        {
            return await WithinAsync(task, timeout);
        }
        catch (TimeoutException exception)
        {
            throw Fail(new IOException($"Failed to {what} the registry within {Duration.FromTimeSpan(timeout)}", exception));
        }
        catch (Exception exception)
        {
            throw Fail(new IOException($"Failed to {what} the registry: {exception.Message}", exception));
        }
    }

    /// <summary>Waits inside this process only, so that virtual time and order hold.</summary>
    private async Task<T> WithinAsync<T>(Task<T> task, TimeSpan timeout)
    {
        var outcome = new Promise<T>();
        using ProcessTimer timer = Delay(timeout, () => outcome.TryFail(new TimeoutException()));
        Run(async () =>
        {
            try
            {
                outcome.TrySet(await task);
            }
            catch (Exception exception)
            {
                outcome.TryFail(exception);
            }
        });
        return await outcome.Task;
    }

    /// <summary>What the storage holds is not known any more: nothing is stored from here on.</summary>
    private IOException Fail(IOException exception) => failure = exception;
}
