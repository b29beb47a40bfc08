namespace Mesos.Slave.Posix;

/// <summary>The accounts of this machine, as far as starting containers needs them.</summary>
internal interface IUserAccounts
{
    /// <summary>The account the agent runs as.</summary>
    string Current { get; }

    /// <summary>Whether processes can be started as another.</summary>
    bool CanSwitch { get; }

    /// <summary>Gives a directory to an account.</summary>
    /// <exception cref="IOException">There is no such account, or it is not allowed.</exception>
    void GiveDirectory(string directory, string user);
}
