global using Mesos.Proto;
global using Mesos.Proto.Internal;
global using Mesos.Slave.Tests.Support;
global using Reason = Mesos.Proto.TaskStatus.Types.Reason;
global using StatusSource = Mesos.Proto.TaskStatus.Types.Source;
