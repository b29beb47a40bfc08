using Mesos.Common.Flags;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Examples;

/// <summary>Sets the scheduler of the test framework up as its flags say, and runs it.</summary>
/// <remarks>Upstream: <c>main</c> in src/examples/test_framework.cpp.</remarks>
internal static class TestFramework
{
    /// <returns>0 when all tasks finished.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        if (!TestFrameworkFlags.Table.TryLoad(arguments, environment, out FlagValues? flags, out string? error))
        {
            await Console.Error.WriteLineAsync(error);
            return 1;
        }

        if (flags.HelpRequested)
        {
            Console.Write(TestFrameworkFlags.Table.HelpText());
            return 0;
        }

        bool isExplicit = environment.ContainsKey("MESOS_EXPLICIT_ACKNOWLEDGEMENTS");
        var scheduler = new TestScheduler(
            Executor(flags.Get(TestFrameworkFlags.ExecutorCommand) ?? OwnCommand()),
            flags.Get(TestFrameworkFlags.Role),
            acknowledges: isExplicit,
            Console.Out);
        await using var driver = new MesosSchedulerDriver(
            scheduler,
            Framework(flags),
            flags.Get(TestFrameworkFlags.Master),
            new SchedulerDriverOptions
            {
                ImplicitAcknowledgements = !isExplicit,
                Credential = Credential(flags),
                Environment = environment,
            });
        return await driver.RunAsync() == Status.DriverStopped ? 0 : 1;
    }

    public static ExecutorInfo Executor(string command) => new()
    {
        ExecutorId = new ExecutorID { Value = "default" },
        Command = new CommandInfo { Value = command },
        Name = "Test Executor (.NET)",
    };

    private static FrameworkInfo Framework(FlagValues flags) => new()
    {
        User = "", // The driver fills in the current user.
        Name = "Test Framework (.NET)",
        Principal = flags.Get(TestFrameworkFlags.Principal),
        Roles = { flags.Get(TestFrameworkFlags.Role) },
        Checkpoint = flags.Get(TestFrameworkFlags.Checkpoint),
        Capabilities =
        {
            new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.MultiRole },
            new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.ReservationRefinement },
        },
    };

    private static Credential? Credential(FlagValues flags)
    {
        if (!flags.Get(TestFrameworkFlags.Authenticate))
        {
            return null;
        }

        var credential = new Credential { Principal = flags.Get(TestFrameworkFlags.Principal) };
        if (flags.Get(TestFrameworkFlags.Secret) is { } secret)
        {
            credential.Secret = secret;
        }

        return credential;
    }

    // Started through the dotnet host, the program is a library beside it.
    private static string OwnCommand()
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown: name --executor_command");
        bool isHosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string library = Path.Combine(AppContext.BaseDirectory, "mesos-examples.dll");
        return isHosted ? $"'{program}' '{library}' executor" : $"'{program}' executor";
    }
}
