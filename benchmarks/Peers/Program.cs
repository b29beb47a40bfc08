using System.Globalization;
using LibProcess.Peers;
using LibProcess.Suite.Rounds;

AppContext.SetSwitch("System.Net.Http.SocketsHttpHandler.Http2UnencryptedSupport", true);
switch (args)
{
    case ["worker", "akka"]:
        await WorkerLoop.RunAsync(AkkaWorkloads.Create);
        return 0;
    case ["worker", "proto"]:
        await WorkerLoop.RunAsync(ProtoWorkloads.Create);
        return 0;
    case ["worker", "orleans"]:
        await WorkerLoop.RunAsync(OrleansWorkloads.Create);
        return 0;
    case ["worker", "kestrel"]:
        await WorkerLoop.RunAsync(KestrelServer.Create);
        return 0;
    case ["serve", "akka", var clients]:
        await AkkaRemote.ServeAsync(int.Parse(clients, CultureInfo.InvariantCulture));
        return 0;
    case ["serve", "proto", var clients]:
        await ProtoRemote.ServeAsync(int.Parse(clients, CultureInfo.InvariantCulture));
        return 0;
    case ["serve", "orleans", var port]:
        await OrleansRemote.ServeAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["serve", "kestrel"]:
        await KestrelServer.ServeAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Started by LibProcess.Suite: worker akka | proto | orleans | kestrel");
        return 2;
}
