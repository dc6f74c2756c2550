using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Reflection;
using System.Reflection.Emit;

namespace IrqSafety.Simulator;

/// <summary>One IL instruction.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="OpCode">Its operation code.</param>
/// <param name="Token">Its metadata token, when the operand is one.</param>
/// <param name="End">Where the next begins.</param>
internal readonly record struct IlInstruction(int Offset, OpCode OpCode, int Token, int End)
{
    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoBytes = new OpCode[256];

    static IlInstruction()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            if (field.GetValue(null) is OpCode code)
            {
                (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xff] = code;
            }
        }
    }

    /// <summary>True when the operand is a metadata token.</summary>
    public bool HasToken => OpCode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
        or OperandType.InlineTok or OperandType.InlineString or OperandType.InlineSig;

    /// <summary>The instructions of a body.</summary>
    public static IEnumerable<IlInstruction> Decode(byte[] il)
    {
        int position = 0;
        while (position < il.Length)
        {
            int start = position;
            OpCode code = il[position] == 0xfe ? TwoBytes[il[position + 1]] : OneByte[il[position]];
            position += code.Size;
            int operand = position;
            position += OperandSize(code, il, operand);
            int token = position - operand == 4 ? BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(operand)) : 0;
            yield return new IlInstruction(start, code, token, position);
        }
    }

    private static int OperandSize(OpCode code, byte[] il, int operand) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(operand))),
        _ => 4,
    };
}
