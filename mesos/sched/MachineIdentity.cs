using System.Net;
using System.Net.Sockets;
using Mesos.Proto;

namespace Mesos.Sched;

/// <summary>Fills in who runs the framework and where, where the framework left it open.</summary>
/// <remarks>Upstream: <c>fillMissingFrameworkInfoFields</c> in src/sched/sched.cpp.</remarks>
internal static class MachineIdentity
{
    public static FrameworkInfo FillIn(FrameworkInfo framework)
    {
        if (framework.User.Length == 0)
        {
            framework.User = Environment.UserName;
        }

        if (framework.Hostname.Length == 0)
        {
            framework.Hostname = HostName();
        }

        return framework;
    }

    // The full name where the name service knows one.
    private static string HostName()
    {
        string name = Dns.GetHostName();
        try
        {
            string full = Dns.GetHostEntry(name).HostName;
            return full.Length > 0 ? full : name;
        }
        catch (SocketException)
        {
            return name;
        }
    }
}
