using Mesos.Proto;

namespace Mesos.Launcher.Tests.Executor;

internal static class Tasks
{
    public static TaskInfo Shell(string command, string id = "task-1") => new()
    {
        Name = id,
        TaskId = new TaskID { Value = id },
        SlaveId = new SlaveID { Value = "S0" },
        Command = new CommandInfo { Value = command },
    };
}
