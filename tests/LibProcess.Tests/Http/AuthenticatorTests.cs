using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LibProcess.Http;
using LibProcess.Http.Authentication;
using LibProcess.Testing;

namespace LibProcess.Tests.Http;

/// <summary>Basic, Bearer, and both.</summary>
public class AuthenticatorTests
{
    private static readonly byte[] Secret = "a secret"u8.ToArray();
    private static readonly VirtualClock Clock = new(DateTimeOffset.FromUnixTimeSeconds(1_000_000));

    private static readonly BasicAuthenticator Basic = new("r", new Dictionary<string, string>
    {
        ["foo"] = "bar",
        ["empty"] = "",
        ["colon"] = "a:b",
        ["ümlaut"] = "pässword",
    });

    private static readonly JwtAuthenticator Jwt = new("r", Secret, Clock);

    private static async Task<AuthenticationResult> Ask(IHttpAuthenticator authenticator, string? header)
    {
        var headers = new HttpHeaders();
        if (header is not null)
        {
            headers.Add("authorization", header);
        }

        return await authenticator.AuthenticateAsync(new HttpRequest { Headers = headers }, CancellationToken.None);
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Token(string header, string payload, byte[]? secret = null)
    {
        string signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(secret ?? Secret, Encoding.UTF8.GetBytes(signed)));
    }

    [TestCase("foo:bar", "foo")]
    [TestCase("empty:", "empty")]
    [TestCase("ümlaut:pässword", "ümlaut")]
    [TestCase("foo:baz", null)]
    [TestCase("foo:BAR", null)]
    [TestCase("Foo:bar", null)]
    [TestCase("foo:", null)]
    [TestCase("foo", null)]
    [TestCase("", null)]
    [TestCase(":", null)]
    [TestCase("nobody:bar", null)]
    [TestCase("colon:a:b", null, TestName = "a password with a colon never matches")]
    public async Task Basic_credentials_are_user_and_password_with_exactly_one_colon(string pair, string? user)
    {
        AuthenticationResult result = await Ask(Basic, "Basic " + Encode(pair));
        Assert.That(result.Principal?.Value, Is.EqualTo(user));
        Assert.That(result.Unauthorized is null, Is.EqualTo(user is not null));
        Assert.That(result.Forbidden, Is.Null);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Basic")]
    [TestCase("Basic ")]
    [TestCase("basic Zm9vOmJhcg==", TestName = "the scheme is compared with its case")]
    [TestCase("Basic  Zm9vOmJhcg==", TestName = "two blanks make three parts")]
    [TestCase("Basic Zm9vOmJhcg== ")]
    [TestCase("Basic Zm9vOmJhcg== x")]
    [TestCase("Basic\tZm9vOmJhcg==")]
    [TestCase("Basic !!!!")]
    [TestCase("Basic Zm9vOmJhcg=")]
    [TestCase("Bearer Zm9vOmJhcg==")]
    public async Task A_basic_header_has_exactly_two_parts_or_is_challenged(string? header)
    {
        AuthenticationResult result = await Ask(Basic, header);
        Assert.That(result.Principal, Is.Null);
        Assert.That(result.Unauthorized!.Headers["WWW-Authenticate"], Is.EqualTo("Basic realm=\"r\""));
        Assert.That(Encoding.UTF8.GetString(result.Unauthorized.Body.Span), Is.EqualTo("401 Unauthorized."));
    }

    [Test]
    public async Task Claims_of_a_token_become_those_of_the_principal()
    {
        string token = JsonWebToken.Create(
            json =>
            {
                json.WriteString("fid", "framework");
                json.WriteNumber("exp", 1_000_000);
                json.WriteBoolean("ok", true);
                json.WriteStartArray("list");
                json.WriteStringValue("x");
                json.WriteEndArray();
            },
            Secret);
        AuthenticationResult result = await Ask(Jwt, "Bearer " + token);
        Assert.That(result.Principal!.Value, Is.Null);
        Assert.That(result.Principal.Claims, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["fid"] = "framework",
            ["exp"] = "1000000",
            ["ok"] = "true",
            ["list"] = "[\"x\"]",
        }));
        Assert.That(result.Principal.ToString(), Is.EqualTo("{\"claims\":{\"exp\":\"1000000\",\"fid\":\"framework\",\"list\":\"[\\\"x\\\"]\",\"ok\":\"true\"}}"));
    }

    [Test]
    public async Task A_request_without_token_is_told_the_realm_alone() =>
        Assert.That((await Ask(Jwt, null)).Unauthorized!.Headers["WWW-Authenticate"], Is.EqualTo("Bearer realm=\"r\""));

    [TestCase("Bearer", "Malformed 'Authorization' header")]
    [TestCase("Bearer a b", "Malformed 'Authorization' header")]
    [TestCase("bearer x.y.z", "Scheme 'bearer' unsupported")]
    [TestCase("Basic Zm9v", "Scheme 'Basic' unsupported")]
    [TestCase("B\"a\\r x", "Scheme 'B\\\"a\\\\r' unsupported", TestName = "what a client sends is quoted")]
    [TestCase("Bearer x.y", "Invalid JWT: Expected 3 components in token, got 2")]
    [TestCase("Bearer a.b.c.d", "Invalid JWT: Expected 3 components in token, got 4")]
    [TestCase("Bearer ", "Invalid JWT: Expected 3 components in token, got 1")]
    public async Task A_token_that_is_none_is_told_why(string header, string description)
    {
        AuthenticationResult result = await Ask(Jwt, header);
        Assert.That(result.Unauthorized!.Headers["WWW-Authenticate"], Is.EqualTo(
            $"Bearer realm=\"r\", error=\"invalid_token\", error_description=\"{description}\""));
    }

    [TestCase("""{"alg":"none"}""", "Token 'alg' value \\\"none\\\" does not match, expected \\\"HS256\\\"")]
    [TestCase("""{"alg":"RS256"}""", "Token 'alg' value \\\"RS256\\\" does not match, expected \\\"HS256\\\"")]
    [TestCase("""{"alg":"HS384"}""", "Unsupported token algorithm: HS384")]
    [TestCase("""{"alg":"hs256"}""", "Unsupported token algorithm: hs256")]
    [TestCase("""{"alg":1}""", "Token 'alg' field is not a string")]
    [TestCase("""{"typ":"JWT"}""", "Failed to locate 'alg' in token JSON header")]
    [TestCase("""{"alg":"HS256","typ":1}""", "Token 'typ' is not a string")]
    [TestCase("""{"alg":"HS256","crit":["x"]}""", "Token 'crit' field is unsupported")]
    [TestCase("""[]""", "Failed to decode token header: Failed to parse into JSON: not an object")]
    [TestCase("""{"alg":"\ud800"}""", "Failed to decode token header: Failed to parse body into JSON: half of a surrogate pair")]
    public async Task A_token_says_how_it_is_signed_and_only_HS256_counts(string header, string description)
    {
        AuthenticationResult result = await Ask(Jwt, "Bearer " + Token(header, """{"a":"b"}"""));
        Assert.That(result.Principal, Is.Null);
        Assert.That(result.Unauthorized!.Headers["WWW-Authenticate"], Does.EndWith($"error_description=\"Invalid JWT: {description}\""));
    }

    [TestCase("""{"exp":1000000}""", null)]
    [TestCase("""{"exp":1e300}""", null)]
    [TestCase("""{"sub":"x"}""", null)]
    [TestCase("""{"exp":999999}""", "Invalid JWT: Token has expired: exp(999999) < now(1000000)")]
    [TestCase("""{"exp":"2000000"}""", "Invalid JWT: JSON payload 'exp' field is not a number")]
    [TestCase("""{}""", "JWT claims missing")]
    [TestCase("""[1]""", "Invalid JWT: Failed to decode token payload: Failed to parse into JSON: not an object")]
    public async Task A_token_counts_until_it_expires(string payload, string? description)
    {
        AuthenticationResult result = await Ask(Jwt, "Bearer " + Token("""{"alg":"HS256"}""", payload));
        Assert.That(result.Principal is null, Is.EqualTo(description is not null));
        if (description is not null)
        {
            Assert.That(result.Unauthorized!.Headers["WWW-Authenticate"], Does.Contain($"error_description=\"{description}\""));
        }
    }

    [Test]
    public async Task Where_expiry_is_required_a_token_without_it_is_refused()
    {
        var strict = new JwtAuthenticator("r", Secret, Clock, requireExpiry: true);
        Assert.That((await Ask(strict, "Bearer " + Token("""{"alg":"HS256"}""", """{"a":"b"}"""))).Principal, Is.Null);
        Assert.That((await Ask(strict, "Bearer " + Token("""{"alg":"HS256"}""", """{"exp":1000001}"""))).Principal, Is.Not.Null);
    }

    [Test]
    public async Task A_signature_that_differs_anywhere_is_refused()
    {
        string good = Token("""{"alg":"HS256"}""", """{"a":"b"}""");
        int dot = good.LastIndexOf('.');
        var bad = new List<string> { Token("""{"alg":"HS256"}""", """{"a":"b"}""", "other"u8.ToArray()), good[..(dot + 1)], good[..^4], good + "AAAA" };
        for (int i = dot + 1; i < good.Length - 1; i++)
        {
            bad.Add(good[..i] + (good[i] == 'A' ? 'B' : 'A') + good[(i + 1)..]);
        }

        foreach (string token in bad)
        {
            AuthenticationResult result = await Ask(Jwt, "Bearer " + token);
            Assert.That(result.Principal, Is.Null, token);
            Assert.That(result.Unauthorized!.Headers["WWW-Authenticate"], Does.Contain("signature"));
        }

        Assert.That((await Ask(Jwt, "Bearer " + good)).Principal, Is.Not.Null);
    }

    [Test]
    public async Task The_first_authenticator_that_knows_the_sender_decides()
    {
        var combined = new CombinedAuthenticator([Jwt, Basic]);
        Assert.That(combined.Scheme, Is.EqualTo("Basic Bearer"));
        Assert.That((await Ask(combined, "Basic " + Encode("foo:bar"))).Principal!.Value, Is.EqualTo("foo"));
        Assert.That((await Ask(combined, "Bearer " + Token("""{"alg":"HS256"}""", """{"a":"b"}"""))).Principal!.Claims["a"], Is.EqualTo("b"));
    }

    [Test]
    public async Task Challenges_of_all_authenticators_stand_in_one_header()
    {
        AuthenticationResult result = await Ask(new CombinedAuthenticator([Basic, new Fixed("F", 403, "no"), Jwt, new Fixed("E", 500, "broken")]), null);
        Assert.That(result.Unauthorized!.Headers["WWW-Authenticate"], Is.EqualTo("Basic realm=\"r\",Bearer realm=\"r\""));
        Assert.That(Encoding.UTF8.GetString(result.Unauthorized.Body.Span), Is.EqualTo(
            "\"Basic\" authenticator returned:\n401 Unauthorized.\n\n\"Bearer\" authenticator returned:\n401 Unauthorized."));
    }

    [Test]
    public async Task Without_a_challenge_refusals_count_and_without_these_failures()
    {
        AuthenticationResult result = await Ask(new CombinedAuthenticator([new Fixed("E", 500, "broken"), new Fixed("F", 403, "no")]), null);
        Assert.That(Encoding.UTF8.GetString(result.Forbidden!.Body.Span), Is.EqualTo("\"F\" authenticator returned:\nno"));
        var broken = new CombinedAuthenticator([new Fixed("E", 500, "broken"), new Fixed("G", 500, "too")]);
        Assert.That(
            async () => await Ask(broken, null),
            Throws.InvalidOperationException.With.Message.EqualTo("\"E\" authenticator returned:\nbroken\n\n\"G\" authenticator returned:\ntoo"));
    }

    [Test]
    public void A_principal_has_a_value_or_claims_and_a_result_has_exactly_one_member()
    {
        Assert.That(() => new Principal(null, new Dictionary<string, string>()), Throws.ArgumentException);
        Assert.That(() => AuthenticationResult.Challenge(HttpResponse.Ok()), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => AuthenticationResult.Refuse(HttpResponse.Ok()), Throws.InstanceOf<ArgumentException>());
        Assert.That(new Principal("a", new Dictionary<string, string> { ["b"] = "c" }).ToString(), Is.EqualTo("{\"value\":\"a\",\"claims\":{\"b\":\"c\"}}"));
    }

    private sealed class Fixed(string scheme, int status, string text) : IHttpAuthenticator
    {
        public string Scheme => scheme;

        public ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellation) => status == 403
            ? ValueTask.FromResult(AuthenticationResult.Refuse(HttpResponse.Forbidden(text)))
            : throw new IOException(text);
    }
}
