using System.Text.RegularExpressions;
using Mesos.Proto;
using Mesos.Proto.Scheduler;
using PredicateCase = Mesos.Proto.Scheduler.AttributeConstraint.Types.Predicate.PredicateOneofCase;
using PseudoAttribute = Mesos.Proto.Scheduler.AttributeConstraint.Types.Selector.Types.PseudoattributeType;
using SelectorCase = Mesos.Proto.Scheduler.AttributeConstraint.Types.Selector.SelectorOneofCase;

namespace Mesos.Master.Allocator;

/// <summary>What agents must be like to be offered to a framework, per role: one of several groups of constraints, each with all its constraints.</summary>
/// <remarks>
/// Upstream: <c>OfferConstraintsFilter</c> in src/master/allocator/mesos/offer_constraints_filter.cpp, with its texts. Patterns match
/// the whole value, in time proportional to its length; what such an engine cannot do (look around, refer back) is refused, as in the
/// original. A pattern may not be longer than <see cref="MaxPatternLength"/>, where the original limits the size of the program it makes of it.
/// </remarks>
internal sealed class OfferConstraintsFilter
{
    /// <summary>The longest pattern, in characters.</summary>
    public const int MaxPatternLength = 4096;

    private readonly Dictionary<string, List<List<Func<SlaveInfo, bool>>>> groupsByRole;

    private OfferConstraintsFilter(Dictionary<string, List<List<Func<SlaveInfo, bool>>>> groupsByRole)
    {
        this.groupsByRole = groupsByRole;
    }

    /// <summary>No agent is excluded.</summary>
    public static OfferConstraintsFilter None { get; } = new([]);

    /// <summary>Whether an agent is not to be offered in a role.</summary>
    public bool Excludes(string role, SlaveInfo agent) =>
        groupsByRole.TryGetValue(role, out List<List<Func<SlaveInfo, bool>>>? groups)
        && !groups.Any(group => group.TrueForAll(constraint => constraint(agent)));

    /// <summary>Reads constraints; null, with what is wrong, where they make no sense.</summary>
    public static OfferConstraintsFilter? TryCreate(OfferConstraints? constraints, out string? error)
    {
        error = null;
        if (constraints is null || constraints.RoleConstraints.Count == 0)
        {
            return None;
        }

        Dictionary<string, List<List<Func<SlaveInfo, bool>>>> byRole = new(StringComparer.Ordinal);
        foreach ((string role, OfferConstraints.Types.RoleConstraints ofRole) in constraints.RoleConstraints)
        {
            if (ofRole.Groups.Count == 0)
            {
                error = $"'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role {role}";
                return null;
            }

            List<List<Func<SlaveInfo, bool>>> groups = byRole[role] = [];
            foreach (OfferConstraints.Types.RoleConstraints.Types.Group group in ofRole.Groups)
            {
                if (group.AttributeConstraints.Count == 0)
                {
                    error = $"'OfferConstraints::RoleConstraints::groups' for role {role}contains an empty RoleConstraints::Group";
                    return null;
                }

                List<Func<SlaveInfo, bool>> all = [];
                groups.Add(all);
                foreach (AttributeConstraint constraint in group.AttributeConstraints)
                {
                    if (TryCreate(constraint, out string? problem) is not { } evaluate)
                    {
                        error = $"A role {role} has an invalid 'AttributeConstraint': {problem}";
                        return null;
                    }

                    all.Add(evaluate);
                }
            }
        }

        return new OfferConstraintsFilter(byRole);
    }

    private static Func<SlaveInfo, bool>? TryCreate(AttributeConstraint constraint, out string? error)
    {
        error = ValidateSelector(constraint.Selector);
        if (error is not null || TryCreatePredicate(constraint.Predicate, out error) is not { } predicate)
        {
            return null;
        }

        AttributeConstraint.Types.Selector selector = constraint.Selector.Clone();
        return agent => predicate(Select(selector, agent));
    }

    private static string? ValidateSelector(AttributeConstraint.Types.Selector? selector) => selector?.SelectorCase switch
    {
        SelectorCase.AttributeName => null,
        SelectorCase.PseudoattributeType =>
            selector.PseudoattributeType is PseudoAttribute.Hostname or PseudoAttribute.Region or PseudoAttribute.Zone
                ? null
                : "Unknown pseudoattribute type",
        _ => "Exactly one of 'AttributeConstraint::Selector::name' or 'AttributeConstraint::Selector::pseudoattribute_type' must be set",
    };

    private static Selected Select(AttributeConstraint.Types.Selector selector, SlaveInfo agent)
    {
        if (selector.SelectorCase == SelectorCase.AttributeName)
        {
            return agent.Attributes.FirstOrDefault(attribute => attribute.Name == selector.AttributeName) is { } attribute
                ? new Selected(true, attribute.Type == Value.Types.Type.Text ? attribute.Text?.Value ?? string.Empty : null)
                : default;
        }

        string? text = selector.PseudoattributeType switch
        {
            PseudoAttribute.Hostname => agent.Hostname,
            PseudoAttribute.Region => agent.Domain?.FaultDomain?.Region.Name,
            _ => agent.Domain?.FaultDomain?.Zone.Name,
        };
        return new Selected(text is not null, text);
    }

    private static Func<Selected, bool>? TryCreatePredicate(AttributeConstraint.Types.Predicate? predicate, out string? error)
    {
        error = null;
        switch (predicate?.PredicateCase)
        {
            case PredicateCase.Exists:
                return static selected => selected.Exists;
            case PredicateCase.NotExists:
                return static selected => !selected.Exists;
            case PredicateCase.TextEquals:
                string equal = predicate.TextEquals.Value;
                return selected => selected.Exists && (selected.Text is null || selected.Text == equal);
            case PredicateCase.TextNotEquals:
                string other = predicate.TextNotEquals.Value;
                return selected => !selected.Exists || selected.Text is null || selected.Text != other;
            case PredicateCase.TextMatches when TryCreatePattern(predicate.TextMatches.Regex, out error) is { } pattern:
                return selected => selected.Exists && (selected.Text is null || pattern.IsMatch(selected.Text));
            case PredicateCase.TextNotMatches when TryCreatePattern(predicate.TextNotMatches.Regex, out error) is { } pattern:
                return selected => !selected.Exists || selected.Text is null || !pattern.IsMatch(selected.Text);
            default:
                error ??= "Unknown predicate type";
                return null;
        }
    }

    private static Regex? TryCreatePattern(string pattern, out string? error)
    {
        if (pattern.Length > MaxPatternLength)
        {
            error = $"Regex '{pattern[..64]}...' is too complex: its length of {pattern.Length} is larger than maximum of {MaxPatternLength} allowed";
            return null;
        }

        try
        {
            // The pattern by itself first: it must not reach out of the group it is put into.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            error = null;
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            error = $"Failed to construct regex from pattern '{pattern}': {exception.Message}";
            return null;
        }
    }

    /// <param name="Exists">Whether the agent has what was selected.</param>
    /// <param name="Text">Its text; null for a number or a range, which constraints on texts let pass.</param>
    private readonly record struct Selected(bool Exists, string? Text);
}
