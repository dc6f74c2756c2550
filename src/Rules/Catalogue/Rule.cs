namespace IrqSafety.Rules;

/// <summary>When a rule speaks.</summary>
public enum Tier
{
    /// <summary>While typing: within a type and on declared contracts. IDs ending in 01–49.</summary>
    Live,

    /// <summary>In the build: across the whole project. IDs ending in 50–79.</summary>
    Build,

    /// <summary>Possible, not certain; off by default. IDs ending in 80–99.</summary>
    May,
}

/// <summary>How loud a rule is.</summary>
public enum Severity
{
    /// <summary>Something is wrong.</summary>
    Warning,

    /// <summary>It tells something about the analysis rather than the code.</summary>
    Info,

    /// <summary>Nothing is wrong. An editor offers its fix and shows no more; a build says nothing.</summary>
    Hidden,
}

/// <summary>A rule: one diagnostic ID.</summary>
/// <param name="Id">The ID.</param>
/// <param name="Name">Its name, as used in the names of rule, fix, test and page.</param>
/// <param name="Law">The law it reports.</param>
/// <param name="Tier">When it speaks.</param>
/// <param name="Title">One line without a period.</param>
/// <param name="Message">Format of the message: what is wrong, then what to do.</param>
/// <param name="Fix">Title of its code fix, or null.</param>
/// <param name="NoFixBecause">Why there is no safe fix; null when there is one.</param>
public sealed record Rule(string Id, string Name, string Law, Tier Tier, string Title, string Message, string? Fix = null, string? NoFixBecause = null)
{
    /// <summary>How loud it is unless a project says otherwise.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>Title of its other code fix, for where the usual one is not what is meant; null when there is none.</summary>
    public string? OtherFix { get; init; }

    /// <summary>The diagnostic category: the family's name.</summary>
    public string Category => Id.Substring(3, 2) switch
    {
        "00" => "IrqSafety.Contracts",
        "01" => "IrqSafety.Locks",
        "02" => "IrqSafety.Nmi",
        "03" => "IrqSafety.Masking",
        "04" => "IrqSafety.Sdei",
        "05" => "IrqSafety.Hotplug",
        "06" => "IrqSafety.Vgic",
        "07" => "IrqSafety.Ras",
        _ => "IrqSafety.Ipi",
    };

    /// <summary>Where the rule's page is.</summary>
    public string HelpLink => $"https://github.com/irqsafety/irqsafety/blob/main/docs/rules/{Id}.md";
}
