using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection.Metadata;
using System.Reflection.Emit;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;

namespace IrqSafety.Simulator;

/// <summary>
/// Identifies the program a schedule was recorded with: IL bodies, signatures and constants of the scenario assembly and of everything it
/// references outside the framework. Leaves out what differs between two builds of one source: module version, paths, debug data.
/// </summary>
public static class ProgramHash
{
    /// <summary>The hash of the assembly at this path and of its closure, as 32 hexadecimal digits.</summary>
    public static string Of(string assemblyPath)
    {
        var pending = new Queue<string>();
        var closure = new SortedDictionary<string, string>(StringComparer.Ordinal);
        pending.Enqueue(assemblyPath);
        while (pending.TryDequeue(out string? path))
        {
            if (!closure.TryAdd(Path.GetFileName(path), path))
            {
                continue;
            }

            using PEReader image = Open(path);
            MetadataReader metadata = image.GetMetadataReader();
            foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
            {
                string name = metadata.GetString(metadata.GetAssemblyReference(handle).Name);
                string beside = Path.Combine(Path.GetDirectoryName(path) ?? "", name + ".dll");
                if (File.Exists(beside))
                {
                    pending.Enqueue(beside);
                }
            }
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in closure.Values)
        {
            using PEReader image = Open(path);
            AddAssembly(hash, image, image.GetMetadataReader());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static PEReader Open(string path) => new(new MemoryStream(File.ReadAllBytes(path)));

    private static void AddAssembly(IncrementalHash hash, PEReader image, MetadataReader metadata)
    {
        foreach (TypeDefinitionHandle typeHandle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(typeHandle);
            Add(hash, metadata.GetString(type.Namespace) + "." + metadata.GetString(type.Name));
            AddAttributes(hash, metadata, type.GetCustomAttributes());
            foreach (FieldDefinitionHandle fieldHandle in type.GetFields())
            {
                FieldDefinition field = metadata.GetFieldDefinition(fieldHandle);
                Add(hash, metadata.GetString(field.Name));
                hash.AppendData(metadata.GetBlobBytes(field.Signature));
                AddAttributes(hash, metadata, field.GetCustomAttributes());
                if (!field.GetDefaultValue().IsNil)
                {
                    hash.AppendData(metadata.GetBlobBytes(metadata.GetConstant(field.GetDefaultValue()).Value));
                }
            }

            foreach (MethodDefinitionHandle methodHandle in type.GetMethods())
            {
                MethodDefinition method = metadata.GetMethodDefinition(methodHandle);
                Add(hash, metadata.GetString(method.Name));
                hash.AppendData(metadata.GetBlobBytes(method.Signature));
                AddAttributes(hash, metadata, method.GetCustomAttributes());
                if (method.RelativeVirtualAddress != 0)
                {
                    AddBody(hash, metadata, image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? []);
                }
            }
        }
    }

    private static void AddBody(IncrementalHash hash, MetadataReader metadata, byte[] il)
    {
        foreach (IlInstruction instruction in IlInstruction.Decode(il))
        {
            if (instruction.OpCode.OperandType != OperandType.InlineString)
            {
                hash.AppendData(il, instruction.Offset, instruction.End - instruction.Offset);
                continue;
            }

            // The offset of a string in its heap moves when another string changes, and the path of a source file is not the program.
            string text = metadata.GetUserString((UserStringHandle)System.Reflection.Metadata.Ecma335.MetadataTokens.Handle(instruction.Token));
            Add(hash, text.EndsWith(".cs", StringComparison.Ordinal) ? "" : text);
        }
    }

    private static void AddAttributes(IncrementalHash hash, MetadataReader metadata, CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle handle in attributes)
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (!attribute.Value.IsNil)
            {
                hash.AppendData(metadata.GetBlobBytes(attribute.Value));
            }
        }
    }

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
}
