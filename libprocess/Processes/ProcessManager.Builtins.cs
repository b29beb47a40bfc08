namespace LibProcess.Processes;

// The processes every node has.
public sealed partial class ProcessManager
{
    private void SpawnBuiltins()
    {
        _ = this;
    }
}
