using System.Text.Json;
using LibProcess.Builtins;
using LibProcess.Diagnostics;
using LibProcess.Http;
using LibProcess.Testing;

namespace LibProcess.Tests.Builtins;

[CancelAfter(30_000)]
public sealed class SmallBuiltinsTests
{
    [TestCase("/profiler/start")]
    [TestCase("/profiler/stop")]
    public async Task There_is_no_profiler_and_the_answer_says_so_in_the_words_scripts_know(string path)
    {
        await using var node = new TestNode();
        HttpResponse answer = await node.Manager.GetAsync(path);
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text(), Is.EqualTo("Perftools is disabled. To enable perftools, configure libprocess with --enable-perftools.\n"));
    }

    [Test]
    public async Task The_memory_profiler_is_there_only_where_asked_for_and_finds_no_jemalloc()
    {
        await using var plain = new TestNode();
        Assert.That(plain.Manager.TryFind("memory-profiler", out _), Is.False);

        await using var node = new TestNode(configure: options => options with { MemoryProfiling = true });
        Assert.That((await node.Manager.GetAsync("/memory-profiler/start")).Status, Is.EqualTo(400));
        Assert.That((await node.Manager.GetAsync("/memory-profiler/download/raw")).Status, Is.EqualTo(400));
        Assert.That(
            (await node.Manager.GetAsync("/memory-profiler/state")).Text(),
            Is.EqualTo("{\"memory_profiler\":{\"current_run\":{\"id\":null},\"jemalloc_detected\":false,\"tmp_dir\":\"Not yet generated\"}}"));
    }

    [Test]
    public async Task The_system_tells_load_processors_and_memory()
    {
        var machine = new MachineStatistics(new LoadAverages(0.60400390625, 2.26513671875, 2.47802734375), 2, 25276514304, 20565766144);
        await using TestNode node = await StartWithAsync(machine);
        Assert.That(
            (await node.Manager.GetAsync("/system/stats.json")).Text(),
            Is.EqualTo(
                "{\"avg_load_15min\":2.47802734375,\"avg_load_1min\":0.60400390625,\"avg_load_5min\":2.26513671875,"
                + "\"cpus_total\":2,\"mem_free_bytes\":20565766144,\"mem_total_bytes\":25276514304}"));
        Assert.That((await node.Manager.GetAsync("/system/stats.json?jsonp=f")).Text(), Does.StartWith("f({"));
        Assert.That(
            (await node.Manager.Metrics.SnapshotAsync()).Where(item => item.Key.StartsWith("system/", StringComparison.Ordinal)),
            Is.EqualTo(new Dictionary<string, double>
            {
                ["system/cpus_total"] = 2,
                ["system/load_15min"] = 2.47802734375,
                ["system/load_1min"] = 0.60400390625,
                ["system/load_5min"] = 2.26513671875,
                ["system/mem_free_bytes"] = 20565766144,
                ["system/mem_total_bytes"] = 25276514304,
            }));
    }

    [Test]
    public async Task What_the_machine_does_not_tell_is_left_out()
    {
        await using TestNode node = await StartWithAsync(new MachineStatistics(null, 4, null, null));
        Assert.That((await node.Manager.GetAsync("/system/stats.json")).Text(), Is.EqualTo("{\"cpus_total\":4}"));
        Assert.That(
            (await node.Manager.Metrics.SnapshotAsync()).Select(item => item.Key).Where(key => key.StartsWith("system/", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "system/cpus_total" }));
    }

    [Test]
    public async Task The_real_system_answers_too()
    {
        await using var node = new TestNode();
        using JsonDocument json = JsonDocument.Parse((await node.Manager.GetAsync("/system/stats.json")).Body);
        Assert.That(json.RootElement.GetProperty("mem_total_bytes").GetInt64(), Is.Positive);
    }

    // Takes the place of the process that asks the real machine.
    private static async Task<TestNode> StartWithAsync(MachineStatistics machine)
    {
        var node = new TestNode();
        Assert.That(node.Manager.TryFind("system", out LibProcess.Processes.ProcessBase? system), Is.True);
        system!.Terminate(inject: false);
        await node.Manager.WaitAsync(system);
        node.Spawn(new SystemProcess(node.Manager, () => machine));
        await node.SettleAsync();
        return node;
    }
}
