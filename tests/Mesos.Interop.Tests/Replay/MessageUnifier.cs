using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Interop.Tests.Replay;

/// <summary>
/// Compares a live message with the recorded one, field by field: the same fields are set, to the same values. Ids, addresses, ports and
/// the numbers of processes may be others, but always the same for the same. Only that it is there counts of what the live node itself
/// makes by chance or by the clock.
/// </summary>
public sealed class MessageUnifier(Bindings bindings)
{
    private static readonly HashSet<string> ValueDiffers =
    [
        // A challenge is made by chance, and the answer from it. Where the challenge is a recorded one the test compares the answer.
        "mesos.internal.AuthenticationStepMessage.data",

        // Runs ahead of the state by as much as the executor has said meanwhile.
        "mesos.internal.StatusUpdate.latest_state",
    ];

    // Numbers that stand for something else in the live run, and always for the same.
    private static readonly Dictionary<string, string> Variable = new()
    {
        ["mesos.MasterInfo.port"] = "127.0.0.1:", ["mesos.Address.port"] = "127.0.0.1:",
        ["mesos.ContainerStatus.executor_pid"] = "process ",
    };

    /// <returns>What is wrong; empty if the messages agree.</returns>
    public IReadOnlyList<string> Compare(IMessage recorded, IMessage live)
    {
        var differences = new List<string>();
        Compare(recorded, live, recorded.Descriptor.Name, differences);
        return differences;
    }

    private void Compare(IMessage recorded, IMessage live, string path, List<string> differences)
    {
        foreach (FieldDescriptor field in recorded.Descriptor.Fields.InDeclarationOrder())
        {
            string at = $"{path}.{field.Name}";
            if (field.IsMap)
            {
                if (!field.Accessor.GetValue(recorded).Equals(field.Accessor.GetValue(live)))
                {
                    differences.Add($"{at} differs");
                }

                continue;
            }

            if (field.IsRepeated)
            {
                CompareLists(field, (IList)field.Accessor.GetValue(recorded), (IList)field.Accessor.GetValue(live), at, differences);
                continue;
            }

            bool expected = field.Accessor.HasValue(recorded);
            if (expected != field.Accessor.HasValue(live))
            {
                differences.Add($"{at} is {(expected ? "missing" : $"set to {field.Accessor.GetValue(live)}")}");
            }
            else if (expected && !ValueDiffers.Contains(field.FullName) && !IsMomentOfNode(recorded, field))
            {
                (object first, object second) = (field.Accessor.GetValue(recorded), field.Accessor.GetValue(live));
                string? sort = Variable.GetValueOrDefault(field.FullName);
                CompareValues(sort is null ? first : $"{sort}{first}", sort is null ? second : $"{sort}{second}", at, differences);
            }
        }
    }

    /// <summary>When master or agent made an update. What an executor made is passed on as it is.</summary>
    private static bool IsMomentOfNode(IMessage message, FieldDescriptor field) => field.Name == "timestamp" && message switch
    {
        TaskStatus status => status.Source != TaskStatus.Types.Source.Executor,
        StatusUpdate update => update.Status.Source != TaskStatus.Types.Source.Executor,
        _ => false,
    };

    private void CompareLists(FieldDescriptor field, IList recorded, IList live, string at, List<string> differences)
    {
        if (recorded.Count != live.Count)
        {
            differences.Add($"{at} has {live.Count} items instead of {recorded.Count}");
            return;
        }

        IEnumerable<(object? First, object? Second)> pairs = recorded.Cast<object?>().Zip(live.Cast<object?>());
        if (field.FieldType == FieldType.Message && field.MessageType.FullName == "mesos.Resource")
        {
            // Resources are a set: their order carries no meaning.
            pairs = recorded.Cast<object?>().OrderBy(ResourceKey).Zip(live.Cast<object?>().OrderBy(ResourceKey));
        }

        int index = 0;
        foreach ((object? expected, object? seen) in pairs)
        {
            CompareValues(expected!, seen!, $"{at}[{index++}]", differences);
        }
    }

    private static string ResourceKey(object? resource) =>
        resource is Resource { Name: var name, Reservations.Count: var reservations } ? $"{name} {reservations}" : string.Empty;

    private void CompareValues(object recorded, object live, string at, List<string> differences)
    {
        string? difference = null;
        switch (recorded)
        {
            case IMessage message:
                Compare(message, (IMessage)live, at, differences);
                break;
            case string text:
                difference = bindings.Unify(text, (string)live);
                break;
            case ByteString bytes:
                difference = bindings.Unify(bytes.ToByteArray(), ((ByteString)live).ToByteArray());
                break;
            default:
                difference = recorded.Equals(live) ? null : $"{recorded} expected, {live} seen";
                break;
        }

        if (difference is not null)
        {
            differences.Add($"{at}: {difference}");
        }
    }
}
