using System.Text;
using LibProcess.Suite.Rounds;
using LibProcess.Suite.Workloads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LibProcess.Peers;

/// <summary>The routes of the HTTP workload on Kestrel: minimal endpoints, and the usual middleware where compression is asked for.</summary>
internal static class KestrelServer
{
    private static readonly byte[] Hundred = new byte[100];
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(SampleText.Compressible);

    public static IWorkload Create(Order order) => order.Workload == "http"
        ? new HttpLoad(() => SecondProgram.StartAsync("kestrel"), order.Shape.Has("gzip") ? "/text" : "/hundred", order.Shape)
        : throw new NotSupportedException($"Kestrel has no '{order.Workload}'");

    public static async Task ServeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddResponseCompression(static options =>
        {
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = ["text/plain"];
        });
        WebApplication web = builder.Build();
        web.UseWhen(static context => context.Request.Path == "/text", static branch => branch.UseResponseCompression());
        web.MapGet("/hundred", static (HttpContext context) => AnswerAsync(context, Hundred, "application/octet-stream"));
        web.MapGet("/text", static (HttpContext context) => AnswerAsync(context, Text, "text/plain"));
        await web.StartAsync();
        await SecondProgram.ServeAsync(new Uri(web.Urls.First()).Authority);
        await web.StopAsync();
    }

    private static Task AnswerAsync(HttpContext context, byte[] body, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
