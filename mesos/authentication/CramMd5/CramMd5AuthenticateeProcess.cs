using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Authentication.CramMd5;

/// <summary>One attempt to convince a master. Ends by itself when there is a verdict, or nobody waits for one.</summary>
/// <remarks>Upstream: <c>CRAMMD5AuthenticateeProcess</c> in src/authentication/cram_md5/authenticatee.cpp.</remarks>
internal sealed partial class CramMd5AuthenticateeProcess(ProcessManager manager, UPid master, UPid client, Credential credential)
    : ProcessBase(manager, manager.Ids.Generate("crammd5-authenticatee"))
{
    private readonly Promise<bool> verdict = new();
    private readonly ILogger logger = manager.LoggerFactory.CreateLogger<CramMd5AuthenticateeProcess>();

    private Status status = Status.Starting;

    // Who answered first. Nobody else has a say in how the conversation goes on.
    private UPid? session;

    private enum Status
    {
        Starting,
        Stepping,
        Responded,
        Done,
    }

    /// <summary>How the attempt ended. Any thread, once.</summary>
    public async Task<bool> VerdictAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration discard = cancellation.UnsafeRegister(
            static (process, token) => ((CramMd5AuthenticateeProcess)process!).Discard(token), this);
        return await verdict.Task;
    }

    protected override void Initialize()
    {
        Install<AuthenticationMechanismsMessage>(OnMechanisms);
        Install<AuthenticationStepMessage>(OnStep);
        Install<AuthenticationCompletedMessage>(OnCompleted);
        Install<AuthenticationFailedMessage>(OnFailed);
        Install<AuthenticationErrorMessage>(OnError);
        Send(master, new AuthenticateMessage { Pid = client.ToString() });
    }

    protected override void OnTerminate() => verdict.TryFail(new AuthenticationErrorException("Authentication discarded"));

    private void OnMechanisms(UPid from, AuthenticationMechanismsMessage message)
    {
        if (IsFromStranger(from, "mechanisms") || IsUnexpected(status == Status.Starting, "mechanisms"))
        {
            return;
        }

        if (!message.Mechanisms.Contains(CramMd5Digest.Mechanism))
        {
            Fail("Failed to start the SASL client: SASL(-4): no mechanism available: No worthy mechs found");
            return;
        }

        session = from;
        status = Status.Stepping;
        Send(from, new AuthenticationStartMessage { Mechanism = CramMd5Digest.Mechanism, Data = ByteString.Empty });
    }

    private void OnStep(UPid from, AuthenticationStepMessage message)
    {
        if (IsFromStranger(from, "step") || IsUnexpected(status is Status.Stepping or Status.Responded, "step"))
        {
            return;
        }

        string? problem = status == Status.Responded ? "SASL(-1): generic failure: attempting client step after doneflag"
            : message.Data.Length == 0 ? "SASL(-5): bad protocol / cancel: the challenge is empty"
            : message.Data.Length > CramMd5Digest.MaxBytes ? "SASL(-5): bad protocol / cancel: CRAM-MD5 input longer than 1024 bytes"
            : null;
        if (problem is not null)
        {
            Fail("Failed to perform authentication step: " + problem);
            return;
        }

        status = Status.Responded;
        byte[] response = CramMd5Digest.Response(credential.Principal, credential.Secret, message.Data.Span);
        Send(from, new AuthenticationStepMessage { Data = ByteString.CopyFrom(response) });
    }

    private void OnCompleted(UPid from, AuthenticationCompletedMessage message)
    {
        if (IsFromStranger(from, "completed") || IsUnexpected(status is Status.Stepping or Status.Responded, "completed"))
        {
            return;
        }

        LogAccepted(master, credential.Principal);
        End(accepted: true);
    }

    private void OnFailed(UPid from, AuthenticationFailedMessage message)
    {
        if (!IsFromStranger(from, "failed"))
        {
            LogRefused(master, credential.Principal);
            End(accepted: false);
        }
    }

    private void OnError(UPid from, AuthenticationErrorMessage message)
    {
        // A master without an authenticator says so itself.
        if (from == master || !IsFromStranger(from, "error"))
        {
            Fail("Authentication error: " + message.Error);
        }
    }

    private bool IsFromStranger(UPid from, string message)
    {
        if (session is null || from == session)
        {
            return false;
        }

        LogStranger(message, from, session);
        return true;
    }

    private bool IsUnexpected(bool isExpected, string message)
    {
        if (!isExpected)
        {
            Fail($"Unexpected authentication '{message}' received");
        }

        return !isExpected;
    }

    private void Discard(CancellationToken cancellation)
    {
        verdict.TryCancel(cancellation);
        Terminate();
    }

    private void Fail(string error)
    {
        verdict.TryFail(new AuthenticationErrorException(error));
        Leave();
    }

    private void End(bool accepted)
    {
        verdict.TrySet(accepted);
        Leave();
    }

    private void Leave()
    {
        status = Status.Done;
        Terminate();
    }

    [LoggerMessage(6212, LogLevel.Information, "Authenticated with {Master} as '{Principal}'")]
    private partial void LogAccepted(UPid master, string principal);

    [LoggerMessage(6213, LogLevel.Warning, "{Master} refused to authenticate '{Principal}'")]
    private partial void LogRefused(UPid master, string principal);

    [LoggerMessage(6214, LogLevel.Warning, "Dropped an authentication '{Message}' of {From}: the conversation is with {Session}")]
    private partial void LogStranger(string message, UPid from, UPid session);
}
