// Names of the field that every file here speaks in.
global using Mesos.Proto;
global using Mesos.Proto.Internal;
global using Reason = Mesos.Proto.TaskStatus.Types.Reason;
global using StatusSource = Mesos.Proto.TaskStatus.Types.Source;
global using ResourceState = Mesos.Proto.Internal.Slave.ResourceState;
global using Operation = Mesos.Proto.Operation;
global using OperationInfo = Mesos.Proto.Offer.Types.Operation;
global using OperationMessages = Mesos.Common.Protobuf.Operations;
