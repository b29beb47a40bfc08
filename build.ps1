<#
.SYNOPSIS
Builds, tests and publishes Mesos for .NET, the same way on Linux and Windows.
.DESCRIPTION
Needs PowerShell 7 and the .NET SDK. Written with the language and .NET calls only, so that it runs in any host of the engine.
.EXAMPLE
./build.ps1 test
.EXAMPLE
./build.ps1 publish -r linux-arm64
#>
param(
    [Parameter(Position = 0)] [string] $Target = 'help',
    [Parameter(Position = 1, ValueFromRemainingArguments = $true)] [string[]] $Rest = @()
)

$root = $PSScriptRoot
$solution = [System.IO.Path]::Combine($root, 'Mesos.sln')
$packages = [System.IO.Path]::Combine($root, 'Packages.slnf')
$executable = [System.IO.Path]::Combine($root, 'mesos', 'cli', 'Mesos.Cli.csproj')
$benchmarks = [System.IO.Path]::Combine($root, 'benchmarks')

# The SDK that runs us tells its children where it is; otherwise the one on the path serves.
$dotnet = [System.Environment]::GetEnvironmentVariable('DOTNET_HOST_PATH')
if ([string]::IsNullOrEmpty($dotnet)) { $dotnet = 'dotnet' }

$targets = [ordered]@{
    help    = 'list the targets'
    restore = 'fetch the packages'
    build   = 'build everything, Release'
    test    = 'build and run all tests, Release'
    long    = 'the tests of the agent with 1,000 power cuts, all kills of recoveries, and 100 kills of processes'
    publish = 'publish the native executable to artifacts/; -r RID for another platform than this one'
    pack    = 'make the packages of LibProcess and of the drivers in artifacts/packages/'
    bench   = 'run all benchmarks, or those of a project: bench LibProcess.Suite L1'
    format  = 'bring the sources into the form .editorconfig asks for'
}

# Runs dotnet in the root with these arguments and variables, on this console; its exit code is the answer.
function Invoke-DotNet([string[]] $Arguments, [System.Collections.IDictionary] $Variables = @{}) {
    $start = [System.Diagnostics.ProcessStartInfo]::new($dotnet)
    $start.WorkingDirectory = $root
    $start.UseShellExecute = $false
    foreach ($argument in $Arguments) { $start.ArgumentList.Add($argument) }
    foreach ($name in $Variables.Keys) { $start.Environment[$name] = $Variables[$name] }
    [System.Console]::WriteLine('dotnet ' + [string]::Join(' ', $Arguments))
    try {
        $process = [System.Diagnostics.Process]::Start($start)
    }
    catch [System.ComponentModel.Win32Exception] {
        [System.Console]::Error.WriteLine("Cannot start '$dotnet': install the .NET SDK that global.json names, or put it on the path.")
        return 127
    }

    $process.WaitForExit()
    return $process.ExitCode
}

function Get-Usage {
    $lines = [System.Collections.Generic.List[string]]::new()
    $lines.Add('Usage: ./build.ps1 TARGET [ARGUMENTS]')
    $lines.Add('')
    foreach ($name in $targets.Keys) { $lines.Add('  ' + $name.PadRight(10) + $targets[$name]) }
    return [string]::Join([System.Environment]::NewLine, $lines)
}

# Without arguments all suites one after the other; otherwise the first argument names a project, and the rest goes to it.
function Invoke-Benchmarks {
    $suites = @(
        @('LibProcess.Suite', '--check'),
        @('Mesos.Suite', '--check'),
        @('LibProcess.Benchmarks', '--filter', '*')
    )
    if ($Rest.Length -gt 0) { $suites = @(, $Rest) }
    foreach ($suite in $suites) {
        $project = [System.IO.Path]::Combine($benchmarks, $suite[0])
        if (-not [System.IO.Directory]::Exists($project)) {
            [System.Console]::Error.WriteLine("There is no benchmark project '$project'.")
            return 1
        }

        if ($suite[0] -eq 'LibProcess.Suite') {
            # What it is compared with; the suite goes on without.
            $null = Invoke-DotNet @('build', '-c', 'Release', [System.IO.Path]::Combine($benchmarks, 'Peers'), '--nologo', '-v', 'q')
        }

        if ($suite[0] -eq 'Mesos.Suite') {
            # What it measures.
            $code = Invoke-Publish @()
            if ($code -ne 0) { return $code }
        }

        $arguments = @('run', '-c', 'Release', '--project', $project, '--')
        for ($index = 1; $index -lt $suite.Length; $index++) { $arguments += $suite[$index] }
        $code = Invoke-DotNet $arguments
        if ($code -ne 0) { return $code }
    }

    return 0
}

# What docs/slave.md counts. More than all there are means all.
function Invoke-LongTests {
    $counts = [ordered]@{
        MESOS_TEST_POWER_CUTS     = '1000'
        MESOS_TEST_RECOVERY_KILLS = '1000000'
        MESOS_TEST_DISK_FAULTS    = '1000'
        MESOS_TEST_PROCESS_KILLS  = '100'
    }
    foreach ($name in @('Mesos.Slave.Tests', 'Mesos.Integration.Tests')) {
        $project = [System.IO.Path]::Combine($root, 'tests', $name)
        $code = Invoke-DotNet (@('test', $project, '-c', 'Release', '-p:HangGuard=false', '--logger', 'console;verbosity=normal') + $Rest) $counts
        if ($code -ne 0) { return $code }
    }

    return 0
}

function Invoke-Publish([string[]] $More) {
    $arguments = @('publish', $executable, '-c', 'Release', '-o', [System.IO.Path]::Combine($root, 'artifacts'))
    if (-not ($More -contains '-r')) {
        $arguments += @('-r', [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)
    }

    return Invoke-DotNet ($arguments + $More)
}

$code = 1
switch ($Target) {
    'help' { [System.Console]::WriteLine((Get-Usage)); $code = 0 }
    'restore' { $code = Invoke-DotNet (@('restore', $solution) + $Rest) }
    'build' { $code = Invoke-DotNet (@('build', $solution, '-c', 'Release') + $Rest) }
    'test' { $code = Invoke-DotNet (@('test', $solution, '-c', 'Release') + $Rest) }
    'long' { $code = Invoke-LongTests }
    'publish' { $code = Invoke-Publish $Rest }
    'pack' { $code = Invoke-DotNet (@('pack', $packages, '-c', 'Release', '-o', [System.IO.Path]::Combine($root, 'artifacts', 'packages')) + $Rest) }
    'bench' { $code = Invoke-Benchmarks }
    'format' { $code = Invoke-DotNet (@('format', $solution) + $Rest) }
    default {
        [System.Console]::Error.WriteLine("Unknown target '$Target'." + [System.Environment]::NewLine + (Get-Usage))
    }
}

exit $code
