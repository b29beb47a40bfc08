using System.Runtime.InteropServices;

namespace Mesos.Slave.Posix;

/// <summary>The accounts as the C library knows them.</summary>
internal sealed class UserAccounts : IUserAccounts
{
    /// <inheritdoc/>
    public string Current => Environment.UserName;

    /// <inheritdoc/>
    public bool CanSwitch => !OperatingSystem.IsWindows() && LibC.GetEffectiveUser() == 0;

    /// <inheritdoc/>
    public unsafe void GiveDirectory(string directory, string user)
    {
        LibC.Account* account = LibC.FindAccount(user);
        if (account is null)
        {
            throw new IOException($"There is no user '{user}' on this machine");
        }

        if (LibC.ChangeOwner(directory, account->User, account->Group) != 0)
        {
            throw new IOException($"Cannot give '{directory}' to user '{user}': {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
