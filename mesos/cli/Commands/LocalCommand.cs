using LibProcess.Processes;
using Mesos.Cli.Execute;
using Mesos.Cli.Local;
using Mesos.Cli.Logging;
using Mesos.Common.Flags;
using Mesos.Local;
using Mesos.Sched;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos local</c>.</summary>
internal sealed class LocalCommand : ICommand
{
    private readonly LoggingFlags logging;

    public LocalCommand()
    {
        Flags = new FlagTable(LocalFlags.Table.Program, LocalFlags.Table.EnvironmentPrefix, LocalFlags.Table.Usage).Include(LocalFlags.Table);
        logging = new LoggingFlags(Flags, LoggingFlags.Errors);
    }

    public FlagTable Flags { get; }

    public async Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        var stop = context.Stop;
        try
        {
            using WorkDirectory directory = new(flags.Get(LocalFlags.WorkDirectory));
            var node = logging.NodeOptions(flags, context.Environment);
            if (LocalSetup.TryMake(flags, context.Environment, directory.Path, node, context.Error.WriteLine, out var error) is not { } options)
            {
                return context.Fail(error!);
            }

            await using var cluster = await LocalCluster.StartAsync(options);
            return flags.Get(LocalFlags.Execute) is { } command
                ? await ExecuteAsync(command, cluster, directory, node, context)
                : await ServeAsync(cluster, context);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // A cluster that was to stay until now did; a command that was to end did not.
            return flags.Get(LocalFlags.Execute) is null ? ExitCodes.Success : context.Fail("Stopped before the command ended");
        }
        catch (Exception exception) when (DaemonFailures.IsForOperators(exception) || exception is SchedulerException)
        {
            return context.Fail(exception.Message);
        }
    }

    private static async Task<int> ServeAsync(LocalCluster cluster, CommandContext context)
    {
        context.Output.WriteLine($"Master {cluster.MasterPid} listens on http://{cluster.Master}");
        foreach (var agent in cluster.AgentPids)
        {
            context.Output.WriteLine($"Agent {agent} listens on http://{agent.Address}");
        }

        await cluster.Completion.WaitAsync(context.Stop);
        return ExitCodes.Success;
    }

    private static async Task<int> ExecuteAsync(
        string command,
        LocalCluster cluster,
        WorkDirectory directory,
        ProcessManagerOptions node,
        CommandContext context)
    {
        const string Name = "command";
        const string Resources = "cpus:0.1;mem:32";
        ExecutePlan plan = new(ExecutePlan.CommandFramework(), ExecutePlan.ShellTask(Name, command, Resources));
        CommandScheduler scheduler = new(plan, context.Output, killAfter: null, TimeProvider.System);
        await using var manager = ProcessManager.Start(node with { Ip = cluster.MasterPid.Address.ToIPAddress(), Port = 0 });
        await using MesosSchedulerDriver driver = new(
            scheduler, plan.Framework, cluster.Master, new SchedulerDriverOptions { Environment = context.Environment, Manager = manager });
        using SandboxOutput output = new(directory.Path, context.Output, TimeProvider.System);
        driver.Start();
        try
        {
            var copying = output.FollowAsync(FindSandboxAsync(), scheduler.Ended);
            var status = await scheduler.Ended.WaitAsync(context.Stop);
            await copying;
            return CommandScheduler.ExitCode(status);
        }
        finally
        {
            driver.Stop();
        }

        async Task<string?> FindSandboxAsync()
        {
            var (framework, status) = await scheduler.Launched;
            return output.Find(framework, status);
        }
    }
}
