using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Master.Frameworks;
using Mesos.Master.Leadership;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>First registration of agents. What is refused is not answered: the agent keeps trying.</summary>
/// <remarks>Upstream: <c>Master::registerSlave</c> and its continuations in src/master/master.cpp.</remarks>
internal sealed class Registration(
    IMasterContext context,
    MasterState state,
    IRegistrar registrar,
    AgentAdmission admission,
    AgentRemoval removal,
    PeerAuthentication authentication,
    MasterIds ids)
{
    /// <summary>What agents are told that run where nothing may run.</summary>
    public const string MachineDown = "Machine is `DOWN`";

    public async Task OnRegisterAsync(UPid from, RegisterSlaveMessage message)
    {
        context.Metrics.MessagesRegisterAgent.Increment();
        if (Check(from, message, out Resources? total) is { } problem)
        {
            context.Logger.RegistrationRefused(from, message.Slave.Hostname, problem);
            return;
        }

        if (state.Machines.IsDown(Agent.MachineOf(message.Slave, from)))
        {
            context.Logger.RegistrationRefused(from, message.Slave.Hostname, MachineDown);
            context.Send(from, new ShutdownMessage { Message = MachineDown });
            return;
        }

        if (state.Agents.Find(from) is { } known)
        {
            if (known.Connected)
            {
                context.Logger.AlreadyRegistered(known.Id, from);
                Answer(known);
                return;
            }

            // It lost its id, so the one that was there before is gone.
            context.Run(() => removal.RemoveAsync(
                known,
                "a new agent registered at the same address",
                context.Metrics.AgentRemovalsRegistered), nameof(Registration));
        }

        message.Slave.Id = new SlaveID { Value = ids.NextAgent() };
        state.Agents.Registering.Add(from);
        RegistryAnswer answer = await registrar.WriteAsync(context, new AdmitAgent(message.Slave), "admit an agent");
        state.Agents.Registering.Remove(from);
        if (!answer.Applied)
        {
            context.Logger.RegistrationRefused(from, message.Slave.Hostname, answer.Refusal ?? "the registry could not be written");
            return;
        }

        // The registry said yes: nothing may refuse the agent from here on.
        Agent agent = admission.Create(from, message, total!);
        context.Metrics.AgentRegistrations.Increment();
        admission.Admit(agent);
        Answer(agent);
        context.Logger.Registered(agent.Id, from, agent.TotalResources);
    }

    private string? Check(UPid from, RegisterSlaveMessage message, out Resources? total)
    {
        total = null;
        if (!from.IsValid)
        {
            return "its address is not valid";
        }

        if (state.Agents.Registering.Contains(from))
        {
            return "its registration is under way";
        }

        if (authentication.CheckAgent(from) is { } unproven)
        {
            return unproven;
        }

        ResourceFormat.UpgradeAll(message);
        return RegistrationValidation.Validate(message)
            ?? RegistrationValidation.ValidateVersion(message.Version)
            ?? RegistrationValidation.ValidateDomain(message.Slave, context.Options)
            ?? (ResourceConversions.TryApplyCheckpointed(
                Resources.From(message.Slave.Resources), Resources.From(message.CheckpointedResources), out total, out string? error)
                ? null
                : error);
    }

    private void Answer(Agent agent) => context.Send(agent.Pid, new SlaveRegisteredMessage
    {
        SlaveId = new SlaveID { Value = agent.Id },
        Connection = admission.Connection,
    });
}
