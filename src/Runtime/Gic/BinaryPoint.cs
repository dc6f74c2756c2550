using System;

namespace IrqSafety.Runtime;

/// <summary>
/// ICC_BPR0_EL1, ICC_BPR1_EL1 and ICC_CTLR_EL1.CBPR: which bits of a priority decide about preemption. Source: Arm IHI 0069, 4.8.2 "Priority grouping".
/// </summary>
/// <remarks>Five priority bits are implemented, so a binary point below the last of them reads as that one.</remarks>
public sealed class BinaryPoint
{
    private const int Minimum = 2;
    private int _group0 = Minimum;
    private int _group1 = Minimum + 1;
    private int _secureGroup1 = Minimum;

    internal BinaryPoint()
    {
    }

    /// <summary>ICC_BPR0_EL1, 2 to 7: bits above it are the group priority.</summary>
    public int Group0
    {
        get => _group0;
        set => _group0 = Math.Clamp(value, Minimum, 7);
    }

    /// <summary>ICC_BPR1_EL1 in Non-secure state, 3 to 7: this bit and those above it are the group priority. With CBPR one more than <see cref="Group0"/>.</summary>
    public int Group1
    {
        get => Common ? Math.Min(_group0 + 1, 7) : _group1;
        set => _group1 = Common ? _group1 : Math.Clamp(value, Minimum + 1, 7);
    }

    /// <summary>ICC_BPR1_EL1 in Secure state, 2 to 7: bits above it are the group priority. With CBPR the same as <see cref="Group0"/>.</summary>
    public int SecureGroup1
    {
        get => SecureCommon ? _group0 : _secureGroup1;
        set => _secureGroup1 = SecureCommon ? _secureGroup1 : Math.Clamp(value, Minimum, 7);
    }

    /// <summary>ICC_CTLR_EL1.CBPR in Non-secure state: Group 1 uses the binary point of Group 0, and writes to its own are ignored.</summary>
    public bool Common { get; set; }

    /// <summary>ICC_CTLR_EL1.CBPR in Secure state.</summary>
    public bool SecureCommon { get; set; }

    /// <summary>The part of a priority that is compared with the running priority.</summary>
    public Priority GroupPriority(Priority priority, InterruptGroup group)
    {
        int subPriorityBits = group switch
        {
            InterruptGroup.Group0 => _group0 + 1,
            InterruptGroup.SecureGroup1 => SecureGroup1 + 1,
            _ => Common ? _group0 + 1 : _group1,
        };
        return new Priority((byte)(priority.Value & (0xff << subPriorityBits)));
    }

    internal void Reset() => (_group0, _group1, _secureGroup1, Common, SecureCommon) = (Minimum, Minimum + 1, Minimum, false, false);
}
