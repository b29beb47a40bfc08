using Mesos.Cli;

return await CommandLine.RunAsync(Invocation.Of(Invocation.OwnName(), args), CommandContext.OfThisProgram());
