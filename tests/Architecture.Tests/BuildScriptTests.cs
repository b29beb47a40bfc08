using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace Architecture.Tests;

/// <summary>The build script, run by the PowerShell engine itself.</summary>
[TestFixture]
internal sealed class BuildScriptTests
{
    private static readonly string[] Targets = ["help", "restore", "build", "test", "long", "publish", "pack", "bench", "format"];

    private static string Script => Path.Combine(Repository.Root, "build.ps1");

    [Test]
    public void It_parses_without_errors()
    {
        Parse(out var errors);
        Assert.That(errors.Select(error => error.ToString()), Is.Empty);
    }

    [Test]
    public void It_calls_only_its_own_functions_and_dotnet_types()
    {
        var script = Parse(out _);
        var own = script.FindAll(node => node is FunctionDefinitionAst, true).Cast<FunctionDefinitionAst>().Select(function => function.Name).ToHashSet();
        var others = script.FindAll(node => node is CommandAst, true).Cast<CommandAst>()
            .Where(command => command.GetCommandName() is not { } name || !own.Contains(name))
            .Select(command => command.Extent.Text);
        Assert.That(others, Is.Empty);
    }

    [Test]
    public void An_unknown_target_is_refused_with_the_list_of_targets()
    {
        var (code, _, errors) = Run("bogus");
        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain("Unknown target 'bogus'"));
        Assert.That(Targets.Where(target => !errors.Contains($"  {target} ", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("help")]
    [TestCase("")]
    public void Help_lists_the_targets(string arguments)
    {
        var (code, output, _) = Run(arguments);
        Assert.That(code, Is.Zero);
        Assert.That(Targets.Where(target => !output.Contains($"  {target} ", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Restore_runs_dotnet_on_the_solution()
    {
        var (code, output, _) = Run("restore", "--nologo");
        Assert.That(output, Does.StartWith("dotnet restore").And.Contains("Mesos.sln --nologo"));
        Assert.That(code, Is.Zero);
    }

    [Test]
    public void The_exit_code_of_dotnet_is_the_exit_code_of_the_script()
    {
        var (code, _, _) = Run("restore", "--no-such-option");
        Assert.That(code, Is.Not.Zero);
    }

    [Test]
    public void A_benchmark_project_that_does_not_exist_is_named()
    {
        var (code, _, errors) = Run("bench", "No.Such.Benchmarks");
        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain("No.Such.Benchmarks"));
    }

    [Test]
    public void A_missing_sdk_is_explained()
    {
        const string Variable = "DOTNET_HOST_PATH";
        var before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, Path.Combine(Repository.Root, "no-such-dotnet"));
        try
        {
            var (code, _, errors) = Run("build");
            Assert.That(code, Is.EqualTo(127));
            Assert.That(errors, Does.Contain("install the .NET SDK"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    private static ScriptBlockAst Parse(out ParseError[] errors) => Parser.ParseFile(Script, out _, out errors);

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        var (output, errors) = (Console.Out, Console.Error);
        using StringWriter capturedOutput = new();
        using StringWriter capturedErrors = new();
        Console.SetOut(capturedOutput);
        Console.SetError(capturedErrors);
        try
        {
            var state = InitialSessionState.CreateDefault2();
            if (OperatingSystem.IsWindows())
            {
                state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
            }

            using var runspace = RunspaceFactory.CreateRunspace(state);
            runspace.Open();
            using var shell = PowerShell.Create(runspace);
            var quoted = string.Join(' ', arguments.Where(argument => argument.Length > 0).Select(argument => $"'{argument}'"));
            var results = shell.AddScript($"& '{Script}' {quoted}; $LASTEXITCODE").Invoke();
            Assert.That(shell.Streams.Error.Select(error => error.ToString()), Is.Empty);
            return ((int)results[^1].BaseObject, capturedOutput.ToString(), capturedErrors.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }
}
