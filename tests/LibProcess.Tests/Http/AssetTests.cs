using System.Text;
using LibProcess.Http;
using LibProcess.Http.Files;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

/// <summary>Files that are served as they are.</summary>
public class AssetTests
{
    private string directory = string.Empty;

    [SetUp]
    public void MakeFiles()
    {
        directory = Directory.CreateTempSubdirectory("assets").FullName;
        Write("index.html", "<index>");
        Write("app/main.js", "main()");
        Write("app/deep/down/a b.css", "css");
        Write("app/none", "no extension");
        Write("app/c++.txt", "plus");
        Write("app/long.txt", new string('x', 5000));
        Write("secret.txt", "secret");
        Directory.CreateSymbolicLink(Path.Combine(directory, "app/inside"), "deep");
        File.CreateSymbolicLink(Path.Combine(directory, "app/out.txt"), Path.Combine(directory, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(directory, "app/up"), "..");
        File.CreateSymbolicLink(Path.Combine(directory, "app/circle"), "circle");
    }

    [TearDown]
    public void RemoveFiles() => Directory.Delete(directory, recursive: true);

    [TestCase("/", "<index>", "text/html")]
    [TestCase("/master", "<index>", "text/html")]
    [TestCase("/master/app/main.js", "main()", "application/x-javascript")]
    [TestCase("/app/main.js", "main()", "application/x-javascript")]
    [TestCase("/app//main.js", "main()", "application/x-javascript")]
    [TestCase("/app/main.js/", "main()", "application/x-javascript")]
    [TestCase("/app/%6dain.js", "main()", "application/x-javascript")]
    [TestCase("/app/deep/down/a%20b.css", "css", "text/css")]
    [TestCase("/app/inside/down/a%20b.css", "css", "text/css", TestName = "links inside are followed")]
    [TestCase("/app/c++.txt", "plus", "text/plain")]
    [TestCase("/app/none", "no extension", null)]
    [TestCase("/app/route", "route", "text/plain; charset=utf-8", TestName = "routes come first")]
    [TestCase("/app", null, null, TestName = "a directory is not found")]
    [TestCase("/app/deep", null, null, TestName = "nor one below")]
    [TestCase("/app/missing.js", null, null)]
    [TestCase("/app/main.js/more", null, null, TestName = "nothing lies below a file")]
    [TestCase("/other/main.js", null, null)]
    [TestCase("/index.html", null, null)]
    [TestCase("/app/../secret.txt", null, null)]
    [TestCase("/app/%2e%2e/secret.txt", null, null)]
    [TestCase("/app/.%2E/secret.txt", null, null)]
    [TestCase("/app/..%2fsecret.txt", null, null)]
    [TestCase("/app/%2e%2e%2fsecret.txt", null, null)]
    [TestCase("/app/%2e%2e%5csecret.txt", null, null)]
    [TestCase("/app/./main.js", null, null)]
    [TestCase("/app/%2e/main.js", null, null)]
    [TestCase("/app/deep%2fdown", null, null)]
    [TestCase("/app/%00main.js", null, null)]
    [TestCase("/app/main.js%00.txt", null, null)]
    [TestCase("/app/%zz", null, null)]
    [TestCase("/app/out.txt", null, null, TestName = "a link that leads out is not followed")]
    [TestCase("/app/up/secret.txt", null, null, TestName = "nor one of a directory")]
    [TestCase("/app/circle", null, null, TestName = "nor one to itself")]
    [CancelAfter(30_000)]
    public async Task Files_are_found_by_name_and_further_components_of_the_path(string path, string? body, string? type)
    {
        await using var node = new TestNode(configure: options => options with { Delegate = "master" });
        node.Spawn(new Web(node.Manager, directory, linksMayLeave: false));
        string answer = await GetAsync(node, "GET", path);
        Assert.That(answer, Does.StartWith(body is null ? "HTTP/1.1 404 Not Found\r\n" : "HTTP/1.1 200 OK\r\n"));
        Assert.That(answer, Does.EndWith("\r\n\r\n" + (body ?? "404 Not Found.")));
        if (body is not null)
        {
            Assert.That(answer.Contains("Content-Type: ", StringComparison.Ordinal), Is.EqualTo(type is not null));
            Assert.That(answer, Does.Contain(type is null ? "200 OK" : $"\r\nContent-Type: {type}\r\n"));
        }
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Links_may_lead_anywhere_where_the_process_says_so()
    {
        await using var node = new TestNode(configure: options => options with { Delegate = "master" });
        node.Spawn(new Web(node.Manager, directory, linksMayLeave: true));
        Assert.That(await GetAsync(node, "GET", "/app/out.txt"), Does.EndWith("secret"));
        Assert.That(await GetAsync(node, "GET", "/app/%2e%2e/secret.txt"), Does.EndWith("404 Not Found."));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Head_of_a_file_has_its_length_and_files_are_never_packed()
    {
        await using var node = new TestNode(configure: options => options with { Delegate = "master" });
        node.Spawn(new Web(node.Manager, directory, linksMayLeave: false));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("HEAD /app/long.txt HTTP/1.1\r\n\r\n");
        string head = await client.ReadHeadAsync();
        Assert.That(head, Does.Contain("Content-Length: 5000\r\n").And.Contain("Content-Type: text/plain\r\n"));
        await client.SendAsync("GET /app/long.txt HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
        string answer = (await client.ReadAnswerAsync())!;
        Assert.That(answer, Does.Not.Contain("Content-Encoding").And.EndWith(new string('x', 5000)));
    }

    [Test]
    public void Names_are_one_component_and_given_once()
    {
        var table = new AssetTable();
        table.Add("a", directory, linksMayLeave: false);
        Assert.That(() => table.Add("a", directory, false), Throws.ArgumentException);
        Assert.That(() => table.Add("a/b", directory, false), Throws.ArgumentException);
    }

    [TestCase("x.js", "application/x-javascript")]
    [TestCase("/a/b.tar", "application/x-tar")]
    [TestCase("x.png", "image/png")]
    [TestCase("x.JS", null)]
    [TestCase("js", null)]
    [TestCase("x.", null)]
    [TestCase("x.unknown", null)]
    public void The_type_goes_by_the_extension(string name, string? type) => Assert.That(MediaTypes.Of(name), Is.EqualTo(type));

    private static async Task<string> GetAsync(TestNode node, string method, string path)
    {
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync($"{method} {path} HTTP/1.1\r\n\r\n");
        return (await client.ReadAnswerAsync())!;
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, Encoding.ASCII);
    }

    private sealed class Web(ProcessManager manager, string directory, bool linksMayLeave) : ProcessBase(manager, "master")
    {
        protected override void Initialize()
        {
            Provide("", Path.Combine(directory, "index.html"));
            Provide("app", Path.Combine(directory, "app"), linksMayLeave);
            Route("/app/route", null, _ => HttpResponse.Ok("route"));
        }
    }
}
