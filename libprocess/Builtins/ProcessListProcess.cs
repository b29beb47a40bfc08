using System.Text.Json;
using LibProcess.Events;
using LibProcess.Http;
using LibProcess.Processes;

namespace LibProcess.Builtins;

/// <summary>The process <c>__processes__</c>: lists the processes of the node and what waits in their mailboxes.</summary>
/// <remarks>
/// Upstream: <c>ProcessManager::__processes__</c> in 3rdparty/libprocess/src/process.cpp. Two differences: bodies of messages are
/// not shown, they may hold secrets; and a process that does not come to answer is listed as <c>"unresponsive":true</c>, where the
/// original's page hangs.
/// </remarks>
internal sealed class ProcessListProcess(ProcessManager manager) : ProcessBase(manager, "__processes__")
{
    /// <summary>How long a process may take to come to the end of what it is doing.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override void Initialize() =>
        Route(
            "/",
            new RouteHelp("Lists the processes of this node and what waits in their mailboxes."),
            async request => await ListAsync(request));

    private async Task<HttpResponse> ListAsync(HttpRequest request)
    {
        (ProcessBase Process, Task<IReadOnlyList<WaitingEvent>> Events)[] asked =
            [.. Manager.Processes.Select(process => (process, process.InspectMailboxAsync()))];

        Task all = Task.WhenAll(asked.Select(item => item.Events));
        using CancellationTokenSource answered = CancellationTokenSource.CreateLinkedTokenSource(Terminated, request.Aborted);
        await Task.WhenAny(all, DelayAsync(Patience, answered.Token));
        await Scheduling.SimulatedThread.CancelAsync(answered);

        return HttpResponse.Json(
            json =>
            {
                json.WriteStartArray();
                foreach ((ProcessBase process, Task<IReadOnlyList<WaitingEvent>> events) in asked)
                {
                    Write(json, process, events.IsCompletedSuccessfully ? events.GetAwaiter().GetResult() : null);
                }

                json.WriteEndArray();
            },
            request.Query.GetValueOrDefault("jsonp"));
    }

    private static void Write(Utf8JsonWriter json, ProcessBase process, IReadOnlyList<WaitingEvent>? events)
    {
        json.WriteStartObject();
        json.WriteStartArray("events");
        foreach (WaitingEvent item in events ?? [])
        {
            Write(json, process, item);
        }

        json.WriteEndArray();
        json.WriteString("id", process.Self.Id);
        if (events is null)
        {
            json.WriteBoolean("unresponsive", true);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ProcessBase process, WaitingEvent item)
    {
        json.WriteStartObject();
        switch (item.Kind)
        {
            case EventKind.Message:
                json.WriteString("from", item.From.ToString());
                json.WriteString("name", item.Name);
                json.WriteString("to", process.Self.ToString());
                json.WriteString("type", "MESSAGE");
                break;
            case EventKind.Http:
                json.WriteString("method", item.Method);
                json.WriteString("type", "HTTP");
                json.WriteString("url", item.Name);
                break;
            case EventKind.Exited:
                json.WriteString("type", "EXITED");
                break;
            case EventKind.Terminate:
                json.WriteString("type", "TERMINATE");
                break;
            default:
                // The rest of a method after an await is a dispatch in the original.
                json.WriteString("type", "DISPATCH");
                break;
        }

        json.WriteEndObject();
    }
}
