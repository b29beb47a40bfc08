namespace Mesos.Integration.Tests;

/// <summary>Waits that end with the time of their test: what never comes fails one test, not the run.</summary>
internal static class TestTime
{
    public static Task InTime(this Task task) => task.WaitAsync(TestContext.CurrentContext.CancellationToken);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(TestContext.CurrentContext.CancellationToken);
}
