using Mesos.Cli.Execute;
using Mesos.Common.Flags;
using Mesos.Proto;
using Type = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Cli.Tests.Execute;

[TestFixture]
internal sealed class ExecutePlanTests
{
    private static readonly string[] Least = ["--master=127.0.0.1:5050", "--name=job", "--command=echo hi"];

    [Test]
    public void A_command_becomes_a_task_of_its_name()
    {
        var task = Plan([.. Least, "--env={\"A\": \"1\"}", "--resources=cpus:2;mem:64"]).Task;
        Assert.That((task.Name, task.TaskId.Value), Is.EqualTo(("job", "job")));
        Assert.That((task.Command.Shell, task.Command.Value), Is.EqualTo((true, "echo hi")));
        Assert.That(task.Command.Environment.Variables.Select(variable => (variable.Name, variable.Value)), Is.EqualTo(new[] { ("A", "1") }));
        Assert.That(task.Resources.Select(resource => (resource.Name, resource.Scalar.Value)), Is.EquivalentTo(new[] { ("cpus", 2.0), ("mem", 64.0) }));
        Assert.That(task.Container, Is.Null);
    }

    [Test]
    public void Without_a_shell_what_follows_are_the_arguments()
    {
        var command = Plan([.. Least[..2], "--no-shell", "--command=/bin/echo", "--", "a b", "--c"]).Task.Command;
        Assert.That((command.Shell, command.Value), Is.EqualTo((false, "/bin/echo")));
        Assert.That(command.Arguments, Is.EqualTo(new[] { "/bin/echo", "a b", "--c" }));
    }

    [Test]
    public void Arguments_of_a_shell_command_are_refused() =>
        Assert.That(Refusal([.. Least, "--", "x"]), Does.Contain("'x'").And.Contain("--no-shell"));

    [Test]
    public void The_framework_knows_what_the_original_s_knows()
    {
        var framework = Plan(Least).Framework;
        Assert.That(
            framework.Capabilities.Select(capability => capability.Type),
            Is.EquivalentTo(new[] { Type.ReservationRefinement, Type.TaskKillingState, Type.PartitionAware }));
        Assert.That((framework.Name, framework.Role, framework.Checkpoint), Is.EqualTo(("mesos-execute instance", "*", false)));
    }

    [Test]
    public void Capabilities_can_be_added_and_partition_awareness_taken_away()
    {
        var framework = Plan([.. Least, "--no-partition_aware", "--framework_capabilities=MULTI_ROLE,gpu_resources", "--role=web"]).Framework;
        Assert.That(framework.Capabilities.Select(capability => capability.Type), Does.Contain(Type.MultiRole).And.Contain(Type.GpuResources).And.Not.Contain(Type.PartitionAware));
        Assert.That((framework.HasRole, string.Join(' ', framework.Roles)), Is.EqualTo((false, "web")));
    }

    [TestCase("NONSENSE")]
    [TestCase("UNKNOWN")]
    [TestCase("7")]
    public void A_capability_nobody_knows_is_refused(string name) =>
        Assert.That(ExecutePlan.TryParseCapabilities(name, out _, out var error) ? null : error, Does.Contain($"'{name}'"));

    [Test]
    public void A_whole_task_is_read_in_the_form_of_v1()
    {
        var task = Plan(["--master=127.0.0.1:5050", """--task={"name": "n", "task_id": {"value": "t"}, "command": {"value": "true"}, "kill_policy": {"grace_period": {"nanoseconds": 5}}}"""]).Task;
        Assert.That((task.Name, task.TaskId.Value, task.Command.Value, task.KillPolicy.GracePeriod.Nanoseconds), Is.EqualTo(("n", "t", "true", 5)));
    }

    [Test]
    public void A_task_that_is_none_is_refused() =>
        Assert.That(Refusal(["--master=127.0.0.1:5050", """--task={"name": 3}"""]), Does.Contain("--task"));

    [Test]
    public void A_task_and_a_command_at_once_are_refused() =>
        Assert.That(Refusal([.. Least, "--task={}"]), Does.Contain("--name").And.Contain("--task"));

    [TestCase("cpus")]
    [TestCase("cpus:x")]
    public void Resources_that_are_none_are_refused(string text) =>
        Assert.That(Refusal([.. Least, $"--resources={text}"]), Does.Contain("--resources").And.Contain(text));

    private static ExecutePlan Plan(string[] arguments)
    {
        Assert.That(ExecuteFlags.Table.TryLoad(arguments, [], out var flags, out var error), Is.True, error);
        Assert.That(ExecutePlan.TryMake(flags!, out var plan, out error), Is.True, error);
        return plan!;
    }

    private static string Refusal(string[] arguments) =>
        ExecuteFlags.Table.TryLoad(arguments, [], out FlagValues? flags, out var error) && ExecutePlan.TryMake(flags, out _, out error)
            ? throw new InvalidOperationException("accepted")
            : error!;
}
