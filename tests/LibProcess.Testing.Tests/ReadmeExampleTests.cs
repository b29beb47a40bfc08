// The example of the package's README; a test below keeps the two the same.
#pragma warning disable CA1050 // A reader of the README needs no namespace
#region example
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Faults;

internal sealed class Disk { public int Total { get; set; } }

internal sealed class Shop(ProcessManager manager, Disk disk) : ProcessBase(manager, "shop")
{
    protected override void Initialize() => Install("Order", (customer, _) =>
    {
        disk.Total++;
        Send(customer, "Thanks");
    });
}

internal sealed class Customer(ProcessManager manager, UPid shop) : ProcessBase(manager, "customer")
{
    public int Thanked { get; private set; }

    protected override void Initialize()
    {
        Install("Thanks", (_, _) => Thanked++);
        Order();
    }

    private void Order()
    {
        Send(shop, "Order");
        Delay(TimeSpan.FromSeconds(1), Order);
    }
}

public sealed class ShopTests
{
    [Test]
    public void Nobody_is_thanked_for_an_order_that_is_not_on_disk([Range(1, 20)] int seed)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = (ulong)seed, Faults = FaultPlan.Rough });
        SimulatedNode shop = cluster.AddNode("shop", build: node => node.Spawn(new Shop(node.Manager, node.Durable<Disk>())));
        SimulatedNode home = cluster.AddNode("home");
        Customer customer = home.Spawn(new Customer(home.Manager, new UPid("shop", shop.Address)));

        cluster.Check("somebody was thanked for nothing", () => customer.Thanked <= shop.Durable<Disk>().Total);
        cluster.RunFor(TimeSpan.FromMinutes(10)); // takes milliseconds: cuts, crashes and lost connections included
    }
}
#endregion

public sealed class ReadmeTests
{
    [Test]
    public void The_readme_shows_the_example_as_it_runs()
    {
        string readme = File.ReadAllText(Find("libprocess.testing/README.md"));
        string source = File.ReadAllText(Find("tests/LibProcess.Testing.Tests/ReadmeExampleTests.cs"));
        string example = source.Split("#region example\n")[1].Split("#endregion")[0];
        Assert.That(readme, Does.Contain(example));
    }

    private static string Find(string path)
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string full = Path.Combine(folder.FullName, path);
            if (File.Exists(full))
            {
                return full;
            }
        }

        throw new FileNotFoundException(path);
    }
}
