namespace LibProcess.Suite.Workloads;

/// <summary>Trees of messages, four children to each, filled level by level.</summary>
internal static class Trees
{
    private const int Branches = 4;

    public static Tree Loose(int children)
    {
        var root = new Tree();
        Fill(root, children, node => node.Payload.Add([1, 1]), node =>
        {
            var child = new Tree();
            node.Children.Add(child);
            return child;
        });
        return root;
    }

    public static StrictTree Strict(int children)
    {
        var root = new StrictTree();
        Fill(root, children, node => (node.First, node.Second) = (1, 1), node =>
        {
            var child = new StrictTree();
            node.Children.Add(child);
            return child;
        });
        return root;
    }

    private static void Fill<T>(T root, int children, Action<T> fill, Func<T, T> grow)
    {
        var open = new Queue<T>([root]);
        while (open.TryDequeue(out T? node))
        {
            fill(node);
            for (int i = 0; i < Branches && children > 0; i++, children--)
            {
                open.Enqueue(grow(node));
            }
        }
    }
}
