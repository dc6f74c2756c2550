using System.Reflection;

namespace IrqSafety.Simulator;

/// <summary>Methods as they are declared.</summary>
internal static class Definitions
{
    /// <summary>The method with neither itself nor its type constructed.</summary>
    public static MethodBase Of(MethodBase method)
    {
        if (method is MethodInfo { IsGenericMethod: true, IsGenericMethodDefinition: false } constructed)
        {
            method = constructed.GetGenericMethodDefinition();
        }

        return method.DeclaringType is { IsConstructedGenericType: true } type
            ? (MethodBase)type.GetGenericTypeDefinition().GetMemberWithSameMetadataDefinitionAs(method)
            : method;
    }
}
