using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Authentication.CramMd5;

/// <summary>
/// One conversation with somebody who wants to be authenticated. Ends by itself when there is a verdict, the other side is gone, or
/// nobody waits for a verdict.
/// </summary>
/// <remarks>Upstream: <c>CRAMMD5AuthenticatorSessionProcess</c> in src/authentication/cram_md5/authenticator.cpp.</remarks>
internal sealed partial class CramMd5SessionProcess(
    ProcessManager manager, UPid authenticatee, IReadOnlyDictionary<string, byte[]> secrets, string hostName)
    : ProcessBase(manager, manager.Ids.Generate("crammd5-authenticator-session"))
{
    private readonly Promise<string?> verdict = new();
    private readonly ILogger logger = manager.LoggerFactory.CreateLogger<CramMd5SessionProcess>();

    private Status status = Status.Starting;
    private byte[] challenge = [];

    private enum Status
    {
        Starting,
        Stepping,
        Done,
    }

    /// <summary>The principal that was proven, or null. Any thread, once.</summary>
    public async Task<string?> VerdictAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration discard = cancellation.UnsafeRegister(
            static (process, token) => ((CramMd5SessionProcess)process!).Discard(token), this);
        return await verdict.Task;
    }

    protected override void Initialize()
    {
        Install<AuthenticationStartMessage>(OnStart);
        Install<AuthenticationStepMessage>(OnStep);
        Link(authenticatee);
        var mechanisms = new AuthenticationMechanismsMessage();
        mechanisms.Mechanisms.Add(CramMd5Digest.Mechanism);
        Send(authenticatee, mechanisms);
    }

    protected override void Exited(UPid pid)
    {
        if (pid == authenticatee)
        {
            verdict.TryFail(new AuthenticationErrorException("Failed to communicate with authenticatee"));
            Leave();
        }
    }

    protected override void OnTerminate() => verdict.TryFail(new AuthenticationErrorException("Authentication discarded"));

    private void OnStart(UPid from, AuthenticationStartMessage message)
    {
        if (IsFromStranger(from, "start"))
        {
            return;
        }

        string? error = status != Status.Starting ? "Unexpected authentication 'start' received"
            : message.Mechanism != CramMd5Digest.Mechanism ? $"SASL(-4): no mechanism available: Couldn't find mech {message.Mechanism}"
            : message.Data.Length != 0 ? "SASL(-5): bad protocol / cancel: Remote sent first but mech does not allow it."
            : null;
        if (error is not null)
        {
            Fail(error);
            return;
        }

        Span<byte> random = stackalloc byte[4];
        Random.Fill(random);
        challenge = CramMd5Digest.Challenge(BinaryPrimitives.ReadUInt32LittleEndian(random), Clock.GetUtcNow(), hostName);
        status = Status.Stepping;
        Send(authenticatee, new AuthenticationStepMessage { Data = ByteString.CopyFrom(challenge) });
    }

    private void OnStep(UPid from, AuthenticationStepMessage message)
    {
        if (IsFromStranger(from, "step"))
        {
            return;
        }

        if (status != Status.Stepping)
        {
            Fail("Unexpected authentication 'step' received");
            return;
        }

        ReadOnlySpan<byte> response = message.Data.Span;
        if (response.Length > CramMd5Digest.MaxBytes)
        {
            Fail("SASL(-5): bad protocol / cancel: CRAM-MD5 input longer than 1024 bytes");
        }
        else if (!CramMd5Digest.TrySplit(response, out string principal, out ReadOnlySpan<byte> digest))
        {
            Fail("SASL(-5): bad protocol / cancel: need authentication name");
        }
        else
        {
            Decide(principal, digest);
        }
    }

    private void Decide(string principal, ReadOnlySpan<byte> digest)
    {
        // An unknown principal costs as much time as a wrong digest.
        bool isKnown = secrets.TryGetValue(principal, out byte[]? secret);
        bool isRight = CryptographicOperations.FixedTimeEquals(CramMd5Digest.Digest(secret ?? challenge, challenge), digest);
        if (isKnown && isRight)
        {
            LogAccepted(authenticatee, principal);
            Send(authenticatee, new AuthenticationCompletedMessage());
            verdict.TrySet(principal);
        }
        else
        {
            LogRefused(authenticatee, principal);
            Send(authenticatee, new AuthenticationFailedMessage());
            verdict.TrySet(null);
        }

        Leave();
    }

    private bool IsFromStranger(UPid from, string message)
    {
        if (from == authenticatee)
        {
            return false;
        }

        LogStranger(message, from, authenticatee);
        return true;
    }

    private void Fail(string error)
    {
        LogFailed(authenticatee, error);
        Send(authenticatee, new AuthenticationErrorMessage { Error = error });
        verdict.TryFail(new AuthenticationErrorException(error));
        Leave();
    }

    private void Discard(CancellationToken cancellation)
    {
        verdict.TryCancel(cancellation);
        Terminate();
    }

    private void Leave()
    {
        status = Status.Done;
        Terminate(inject: false);
    }

    [LoggerMessage(6222, LogLevel.Information, "{Authenticatee} has proven to be '{Principal}'")]
    private partial void LogAccepted(UPid authenticatee, string principal);

    [LoggerMessage(6223, LogLevel.Warning, "Refused {Authenticatee}: it has not proven to be '{Principal}'")]
    private partial void LogRefused(UPid authenticatee, string principal);

    [LoggerMessage(6224, LogLevel.Warning, "The authentication of {Authenticatee} came to nothing: {Reason}")]
    private partial void LogFailed(UPid authenticatee, string reason);

    [LoggerMessage(6225, LogLevel.Warning, "Dropped an authentication '{Message}' of {From}: the conversation is with {Authenticatee}")]
    private partial void LogStranger(string message, UPid from, UPid authenticatee);
}
