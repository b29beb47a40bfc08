namespace Mesos.Master.Agents;

/// <summary>How a wish of an operator was answered.</summary>
internal enum OperatorResult
{
    /// <summary>Done, or it was so already.</summary>
    Done,

    /// <summary>The wish makes no sense as things are (400).</summary>
    Invalid,

    /// <summary>The operator may not wish it (403).</summary>
    Forbidden,

    /// <summary>What it is about does not exist (404).</summary>
    NotFound,

    /// <summary>Something that excludes it is under way (409).</summary>
    Conflict,

    /// <summary>It may succeed later (503).</summary>
    Unavailable,
}

/// <param name="Result">What became of the wish.</param>
/// <param name="Message">Why it was refused; empty where it was not.</param>
internal readonly record struct OperatorAnswer(OperatorResult Result, string Message = "")
{
    public static OperatorAnswer Done => new(OperatorResult.Done);

    /// <summary>For the case that the registry refused, or could not be written and the master ends.</summary>
    public static OperatorAnswer NotStored(string? refusal) => new(OperatorResult.Conflict, refusal ?? "The registry could not be written");
}
