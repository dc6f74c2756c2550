using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <content>One call while it is being evaluated.</content>
internal sealed partial class Transfer
{
    private sealed class CallSite(
        Transfer transfer,
        IOperation operation,
        CallTarget known,
        IOperation? instance,
        Value? receiver,
        CallArguments values,
        ImmutableArray<IArgumentOperation> arguments)
    {
        private NamedLocks _locks = NamedLocks.None;

        public CallTarget Known => known;

        public IMethodSymbol Target => known.Definition;

        public OperationContract Contract => known.Contract;

        public Value? Receiver => receiver;

        public CallArguments Arguments => values;

        public int Number => known.Number;

        /// <summary>The term for what is returned.</summary>
        public Value Result => known.Result;

        public string? ConstantOf(string parameter) => Arguments.TryGetValue(parameter, out Value? value) && value is not null
            ? value.AsCondition ?? (transfer._expressed.TryGetValue(value.Text, out string? said) ? said : null)
            : null;

        /// <summary>True when nobody looks at what is returned.</summary>
        public bool IsResultDropped => operation.Parent is null or IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

        /// <summary>True when what is returned is written nowhere; what a return or a condition takes is not.</summary>
        public bool IsResultDiscarded => operation.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

        public IReadOnlyDictionary<string, Value> ConstantArguments() => Arguments.Where(pair => pair.Value?.Constant is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);

        /// <summary>The object as written at the call.</summary>
        public string? DisplayOf(string? parameter) =>
            arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter && !argument.IsImplicit)?.Value.Syntax.ToString();

        /// <summary>What the call names here.</summary>
        public CallNames Names()
        {
            for (int i = 0; i < Contract.Locks.Count; i++)
            {
                LockEffect effect = Contract.Locks[i];
                Lock(effect.Lock);
                if (effect.Unless is { } scope)
                {
                    Lock(scope);
                }
            }

            foreach (IReadOnlyList<string> order in Contract.TakesInOrder)
            {
                foreach (string ordered in order)
                {
                    Lock(ordered);
                }
            }

            return new CallNames(Receiver, _locks);
        }

        /// <summary>The lock that an expression of the contract names here.</summary>
        public LockReference Lock(string expression)
        {
            if (!_locks.TryGetValue(expression, out LockReference? reference))
            {
                reference = Resolve(expression);
                _locks = _locks == NamedLocks.None ? new NamedLocks() : _locks;
                _locks.Add(expression, reference);
            }

            return reference;
        }

        // What an expression names depends on the value of its root alone, and that is the same on most paths.
        private LockReference Resolve(string text)
        {
            foreach (NamedLock one in known.Named ?? [])
            {
                if (one.Expression == text && ReferenceEquals(one.Root, ValueOf(one.RootName)))
                {
                    return one.Lock;
                }
            }

            if (!LockExpression.TryParse(text, out LockExpression? expression, out _))
            {
                return new LockReference(null, "?" + text, text);
            }

            LockReference reference = Resolve(text, expression!);
            (known.Named ??= new(1)).Add(new NamedLock(text, expression!.Root, ValueOf(expression.Root), reference));
            return reference;
        }

        private Value? ValueOf(string root) => root == "this" ? Receiver : Arguments.TryGetValue(root, out Value? value) ? value : null;

        private LockReference Resolve(string text, LockExpression expression)
        {
            (Value? value, ITypeSymbol? type, string display) = Root(expression.Root);
            if (value is null && type is null)
            {
                LockClass? declared = transfer._scope.Contracts.Locks.Declared(text, Target);
                return new LockReference(declared, text, $"'{text}'");
            }

            return LockPath.Follow(transfer._scope.Contracts.Locks, expression.Steps, value, type, display);
        }

        private (Value? Value, ITypeSymbol? Type, string Display) Root(string root)
        {
            if (root is "this")
            {
                return (Receiver, instance?.Type ?? Target.ContainingType, instance?.Syntax.ToString() ?? "this");
            }

            if (Target.Parameters.FirstOrDefault(parameter => parameter.Name == root) is { } parameter)
            {
                IOperation? argument = arguments.FirstOrDefault(one => one.Parameter?.Name == root)?.Value;
                return (Arguments.TryGetValue(root, out Value? value) ? value : null, argument?.Type ?? parameter.Type, argument?.Syntax.ToString() ?? root);
            }

            return LockPath.TypeNamed(Target, root) is { } type ? (Value.OfTerm(type.Name), type, type.Name) : (null, null, root);
        }
    }
}
