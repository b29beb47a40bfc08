using System.Net.Security;
using LibProcess.Processes;

namespace LibProcess.Net.Tls;

/// <summary>A list of cipher suites in the language of OpenSSL, read.</summary>
/// <param name="Suites">What was chosen, in order of preference.</param>
/// <param name="Unknown">Words that name nothing this node can use: left out.</param>
/// <remarks>
/// Understood are names, groups (<c>HIGH</c>, <c>ECDHE</c>, <c>AESGCM</c> ...), <c>+</c> between groups, and <c>!</c>, <c>-</c> and
/// <c>+</c> before a word; see the OpenSSL manual, ciphers(1). RC4, DSS, 3DES, pre-shared keys and suites without encryption or
/// without authentication cannot be used, and words that remove them have nothing to do.
/// </remarks>
internal sealed record CipherList(IReadOnlyList<CipherSuite> Suites, IReadOnlyList<string> Unknown)
{
    private static readonly char[] Separators = [':', ',', ' '];

    public static CipherList Read(string text)
    {
        List<CipherSuite> chosen = [];
        HashSet<CipherSuite> banned = [];
        List<string> unknown = [];
        foreach (string word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            char action = word[0] is '!' or '-' or '+' ? word[0] : ' ';
            string[] traits = (action == ' ' ? word : word[1..]).Split('+');
            CipherSuite[] named = [.. CipherSuite.All.Where(suite => Array.TrueForAll(traits, suite.Traits.Contains))];
            switch (action)
            {
                case '!':
                    banned.UnionWith(named);
                    chosen.RemoveAll(banned.Contains);
                    break;
                case '-':
                    chosen.RemoveAll(named.Contains);
                    break;
                case '+':
                    CipherSuite[] moved = [.. chosen.Where(named.Contains)];
                    chosen.RemoveAll(named.Contains);
                    chosen.AddRange(moved);
                    break;
                default:
                    if (named.Length == 0)
                    {
                        unknown.Add(word);
                    }

                    chosen.AddRange(named.Where(suite => !banned.Contains(suite) && !chosen.Contains(suite)));
                    break;
            }
        }

        return new CipherList(chosen, unknown);
    }

    /// <summary>The suites as the base library takes them, or null where the system decides.</summary>
    /// <param name="options">The list, and the versions it is for.</param>
    /// <param name="events">Told what is left out.</param>
    /// <exception cref="ProcessEnvironmentException">Nothing is left.</exception>
    public static CipherSuitesPolicy? Policy(TlsOptions options, TlsCipherEvents events)
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid())
        {
            events.NotChosen(options.Ciphers);
            return null;
        }

        CipherList list = Read(options.Ciphers);
        bool has13 = options.Protocols.HasFlag(System.Security.Authentication.SslProtocols.Tls13);
        var policy = new CipherSuitesPolicy([.. list.Suites.Select(suite => suite.Value), .. has13 ? CipherSuite.ForTls13 : []]);
        HashSet<TlsCipherSuite> usable = [.. policy.AllowedCipherSuites];
        string[] left = [.. list.Unknown, .. list.Suites.Where(suite => !usable.Contains(suite.Value)).Select(suite => suite.Name)];
        if (left.Length > 0)
        {
            events.LeftOut(string.Join(':', left), options.Ciphers);
        }

        bool canAccept = has13 || list.Suites.Any(suite => !suite.IsForClientsOnly && usable.Contains(suite.Value));
        return canAccept
            ? policy
            : throw new ProcessEnvironmentException(
                $"LIBPROCESS_SSL_CIPHERS={options.Ciphers} is not valid: it leaves no cipher suite with which this node could accept a "
                + "connection; expecting a list in the form of OpenSSL such as AES128-SHA:AES256-SHA or ECDHE+AESGCM");
    }
}
