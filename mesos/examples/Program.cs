using LibProcess.Processes;
using Mesos.Examples;

return args switch
{
    ["scheduler", .. var rest] => await TestFramework.RunAsync(rest, ProcessEnvironment.Current()),
    ["executor"] => await TestExecutor.RunAsync(),
    ["hello", var master] => await HelloFramework.RunAsync(master),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        Usage: mesos-examples scheduler --master=HOST:PORT [options]   runs 5 tasks on an executor of its own; --help tells more
               mesos-examples executor                                 that executor; started by agents
               mesos-examples hello HOST:PORT                          runs one command
        """);
    return 64;
}
