using System.Text;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>The server of the HTTP workload: a small answer, and one large enough to be worth compressing.</summary>
internal static class HttpServer
{
    public const string Small = "/web/hundred";
    public const string Large = "/web/text";

    public static async Task ServeAsync()
    {
        await using ProcessManager node = ProcessManager.Start();
        node.Spawn(new Web(node));
        await SecondProgram.ServeAsync(node.Address.ToString());
    }

    private sealed class Web(ProcessManager manager) : ProcessBase(manager, "web")
    {
        private static readonly byte[] Hundred = new byte[100];
        private static readonly byte[] Text = Encoding.ASCII.GetBytes(SampleText.Compressible);

        protected override void Initialize()
        {
            Route("/hundred", null, static _ => HttpResponse.Ok(Hundred, "application/octet-stream"));
            Route("/text", null, static _ => HttpResponse.Ok(Text, "text/plain"));
        }
    }
}
