using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Libraries that are loaded at run time, and what they would decide.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class ModuleFlags
{
    private const string Modules = "modules cannot be loaded";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.OptionalJsonObject("modules", "JSON or file listing module libraries to load").NotBuilt(Modules);
        table.OptionalText("modules_dir", "directory of module manifests").NotBuilt(Modules);
        table.OptionalText("hooks", "hook modules to install").NotBuilt(Modules);
        table.OptionalText("secret_resolver", "module that resolves secrets; default handles value secrets only").NotBuilt(Modules);
        table.OptionalText("container_logger", "module that handles container stdout and stderr; default writes files in the sandbox")
            .NotBuilt(Modules);
        table.OptionalText("disk_profile_adaptor", "module that maps disk profiles to storage parameters").NotBuilt(Modules);
        table.OptionalText("resource_estimator", "module that estimates oversubscribable resources").NotBuilt(Modules);
        table.OptionalText("qos_controller", "module that corrects revocable tasks").NotBuilt(Modules);
        table.OptionalText("master_detector", "module that detects the leader; not with master")
            .NotBuilt("modules cannot be loaded; say with --master where the master is");
        table.Text("authenticatee", "crammd5", "authenticatee to use with the master").NotBuilt(Modules);
        table.Text("authorizer", "local", "authorizer to use").NotBuilt(Modules);
        table.Duration("qos_correction_interval_min", "0ns", "least time between corrections")
            .NoEffect("it needs a QoS controller, which is a module and not built");
        table.Duration("oversubscribed_resources_interval", "15secs", "how often the estimate is sent to the master")
            .NoEffect("it needs a resource estimator, which is a module and not built");
    }
}
