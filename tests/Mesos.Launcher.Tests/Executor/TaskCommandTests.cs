using Mesos.Launcher.Executor;
using Mesos.Proto;
using Variable = Mesos.Proto.Environment.Types.Variable;

namespace Mesos.Launcher.Tests.Executor;

[TestFixture]
internal sealed class TaskCommandTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Test]
    public void A_shell_command_runs_in_a_shell() =>
        Assert.That(Build(Tasks.Shell("echo hi")).Arguments, Is.EqualTo(new[] { "sh", "-c", "echo hi" }));

    [Test]
    public void A_program_gets_the_arguments_as_they_are()
    {
        TaskInfo task = Tasks.Shell("/bin/echo");
        task.Command.Shell = false;
        task.Command.Arguments.Add(["echo", "a b", "$HOME"]);
        var command = Build(task);
        Assert.That(command.Program, Is.EqualTo("/bin/echo"));
        Assert.That(command.Arguments, Is.EqualTo(new[] { "echo", "a b", "$HOME" }));
    }

    [Test]
    public void A_program_without_arguments_sees_its_own_name()
    {
        TaskInfo task = Tasks.Shell("/bin/true");
        task.Command.Shell = false;
        Assert.That(Build(task).Arguments, Is.EqualTo(new[] { "/bin/true" }));
    }

    [Test]
    public void The_environment_of_the_task_wins_over_the_agent_s_and_that_over_the_executor_s()
    {
        TaskInfo task = Tasks.Shell("true");
        task.Command.Environment = new Proto.Environment { Variables = { new Variable { Name = "C", Value = "task" } } };
        var environment = TaskCommand.Build(
            task,
            new Dictionary<string, string> { ["A"] = "executor", ["B"] = "executor", ["C"] = "executor" },
            new Dictionary<string, string> { ["B"] = "agent", ["C"] = "agent" }).Environment;
        Assert.That(environment, Is.EqualTo(new Dictionary<string, string> { ["A"] = "executor", ["B"] = "agent", ["C"] = "task" }));
    }

    [Test]
    public void A_task_that_is_given_another_sandbox_still_carries_the_mark_of_its_container()
    {
        TaskInfo task = Tasks.Shell("true");
        Dictionary<string, string> executor = new() { ["MESOS_SANDBOX"] = "/own" };
        Assert.That(TaskCommand.Build(task, executor, Nothing).Environment, Is.EqualTo(executor));
        task.Command.Environment = new Proto.Environment
        {
            Variables = { new Variable { Name = "MESOS_SANDBOX", Value = "/another" }, new Variable { Name = "MESOS_CONTAINER_MARK", Value = "/another" } },
        };
        Assert.That(
            TaskCommand.Build(task, executor, Nothing).Environment,
            Is.EqualTo(new Dictionary<string, string> { ["MESOS_SANDBOX"] = "/another", ["MESOS_CONTAINER_MARK"] = "/own" }));
    }

    [Test]
    public void An_empty_command_is_one_for_the_shell_and_none_without()
    {
        TaskInfo task = Tasks.Shell("");
        Assert.That(TaskCommand.Refusal(task, Nothing), Is.Null);
        Assert.That(Build(task).Arguments, Is.EqualTo(new[] { "sh", "-c", "" }));
        task.Command.Shell = false;
        Assert.That(TaskCommand.Refusal(task, Nothing), Does.Contain("no value"));
    }

    [Test]
    public void Secrets_of_the_task_become_variables_unless_the_agent_has_resolved_them()
    {
        TaskInfo task = Tasks.Shell("true");
        task.Command.Environment = new Proto.Environment
        {
            Variables =
            {
                new Variable { Name = "A", Type = Variable.Types.Type.Secret, Secret = new Secret { Value = new Secret.Types.Value { Data = Google.Protobuf.ByteString.CopyFromUtf8("own") } } },
                new Variable { Name = "B", Type = Variable.Types.Type.Secret, Secret = new Secret { Reference = new Secret.Types.Reference { Name = "vault" } } },
            },
        };
        Dictionary<string, string> resolved = new() { ["B"] = "agent" };
        Assert.That(TaskCommand.Refusal(task, Nothing), Does.Contain("'B'").And.Contain("kept elsewhere"));
        Assert.That(TaskCommand.Refusal(task, resolved), Is.Null);
        Assert.That(TaskCommand.Build(task, Nothing, resolved).Environment, Is.EqualTo(new Dictionary<string, string> { ["A"] = "own", ["B"] = "agent" }));
    }

    [Test]
    public void The_task_learns_the_role_its_resources_were_allocated_to()
    {
        TaskInfo task = Tasks.Shell("true");
        task.Resources.Add(new Resource { Name = "cpus", AllocationInfo = new Resource.Types.AllocationInfo { Role = "web" } });
        Assert.That(Build(task).Environment["MESOS_ALLOCATION_ROLE"], Is.EqualTo("web"));
    }

    [Test]
    public void An_ordinary_task_is_not_refused()
    {
        TaskInfo task = Tasks.Shell("true");
        task.Container = new ContainerInfo { Type = ContainerInfo.Types.Type.Mesos };
        Assert.That(TaskCommand.Refusal(task, Nothing), Is.Null);
    }

    [Test]
    public void A_network_without_a_name_is_that_of_the_machine()
    {
        TaskInfo task = Tasks.Shell("true");
        task.Container = new ContainerInfo { Type = ContainerInfo.Types.Type.Mesos, NetworkInfos = { new NetworkInfo() } };
        Assert.That(TaskCommand.Refusal(task, Nothing), Is.Null);
    }

    [TestCaseSource(nameof(Refused))]
    public void What_is_not_built_is_refused_with_a_sentence_that_names_it(TaskInfo task, string named) =>
        Assert.That(TaskCommand.Refusal(task, Nothing), Does.Contain(named));

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("no command", "no command", task => task.Command = null);
        yield return Case("no value", "no value", task => task.Command.ClearValue());
        yield return Case("health check", "health check", task => task.HealthCheck = new HealthCheck());
        yield return Case("check", "check", task => task.Check = new CheckInfo());
        yield return Case("secret", "'PASSWORD'", task => task.Command.Environment = new Proto.Environment
        {
            Variables = { new Variable { Name = "PASSWORD", Type = Variable.Types.Type.Secret } },
        });
        yield return Case("variable without a name", "environment", task => task.Command.Environment = new Proto.Environment
        {
            Variables = { new Variable { Name = "A=B", Value = "c" } },
        });
        yield return Case("docker", "Docker", task => task.Container = new ContainerInfo { Type = ContainerInfo.Types.Type.Docker });
        yield return Case("image", "image", task => task.Container = Container(info => info.Mesos = new ContainerInfo.Types.MesosInfo { Image = new Image() }));
        yield return Case("volumes", "volumes", task => task.Container = Container(info => info.Volumes.Add(new Volume())));
        yield return Case("networks", "networks", task => task.Container = Container(info => info.NetworkInfos.Add(new NetworkInfo { Name = "n" })));
        yield return Case("host name", "host name", task => task.Container = Container(info => info.Hostname = "h"));
        yield return Case("Linux settings", "Linux", task => task.Container = Container(info => info.LinuxInfo = new LinuxInfo()));
        yield return Case("limits", "limits", task => task.Container = Container(info => info.RlimitInfo = new RLimitInfo()));
        yield return Case("terminal", "terminal", task => task.Container = Container(info => info.TtyInfo = new TTYInfo()));
    }

    private static TestCaseData Case(string name, string named, Action<TaskInfo> change)
    {
        TaskInfo task = Tasks.Shell("true");
        change(task);
        return new TestCaseData(task, named).SetName($"Refused: {name}");
    }

    private static ContainerInfo Container(Action<ContainerInfo> change)
    {
        ContainerInfo container = new() { Type = ContainerInfo.Types.Type.Mesos };
        change(container);
        return container;
    }

    private static ChildCommand Build(TaskInfo task) => TaskCommand.Build(task, Nothing, Nothing);
}
