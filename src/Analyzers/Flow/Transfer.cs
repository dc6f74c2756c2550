using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// What executing one operation does to a state. Expressions are evaluated to terms in evaluation order; a call that may succeed or fail
/// leaves one state for each, so that a later test of its result finds the right one.
/// </summary>
internal sealed partial class Transfer
{
    // A term longer than this says nothing a person would recognise, and terms must not grow round a loop.
    private const int LongestTerm = 160;

    // What variables are called is the same in many bodies: as many names as these are kept from one to the next.
    private const int MostNamesKept = 500;
    private readonly EventLog _log;
    private readonly Dictionary<IOperation, CallTarget> _calls = [];
    private readonly Dictionary<ISymbol, Value> _variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<string, Value> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(Value? Owner, ISymbol Member), Value> _members = [];
    private readonly HashSet<int> _made = [];
    private readonly Dictionary<int, string> _questions = [];
    private readonly Dictionary<string, string> _deciding = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _expressed = new(StringComparer.Ordinal);
    private readonly Dictionary<IOperation, Value> _constants = [];
    private readonly Dictionary<CaptureId, IOperation> _captured = [];
    private readonly Dictionary<CaptureId, Value> _captures = [];
    private readonly HashSet<string> _loopVariables = [];
    private readonly HashSet<string> _sharedTerms = new(StringComparer.Ordinal);
    private readonly List<ImmutableArray<Func<PathState, PathState?>>> _choices = [];
    private readonly Dictionary<ILocalSymbol, IOperation> _aliases = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<string, Func<string, bool>> _mentioning = new(StringComparer.Ordinal);
    private readonly HashSet<ILocalSymbol> _assignedOtherwise = new(SymbolEqualityComparer.Default);
    private readonly List<IOperation> _operations = [];
    private readonly List<Func<string, bool>> _left = [];
    private readonly Func<string, bool> _isSharedTerm;
    private readonly Func<IOperation, IReadOnlyDictionary<string, LockReference>, Sample?> _addressOf;
    private HashSet<IMethodSymbol>? _askedTwice;
    private Scope _scope = null!;
    private Body _body = null!;
    private ProtocolTrace? _trace;
    private bool _anythingMayThrow;
    private PathState _state = PathState.Entry;
    private bool _ended;

    /// <summary>For one body after another.</summary>
    public Transfer(EventLog log)
    {
        _log = log;
        _isSharedTerm = _sharedTerms.Contains;
        _addressOf = AddressOf;
    }

    /// <summary>Begins with a body.</summary>
    public void Begin(Scope scope, Body body, ImmutableArray<BasicBlock> blocks, ProtocolTrace? trace)
    {
        _scope = scope;
        _body = body;
        _trace = trace;
        _anythingMayThrow = scope.Contracts.Options.Of(body.Syntax.SyntaxTree).Exceptions == Contracts.ExceptionsOption.All;
        Body.AddOperations(_operations, blocks);
        LoopVariables.AddTo(_loopVariables, _operations);
        FindAliases(_operations, scope.Contracts.Data);
        foreach (IOperation operation in _operations)
        {
            if (operation is IFlowCaptureOperation capture)
            {
                _captured[capture.Id] = capture.Value;
            }
        }
    }

    /// <summary>Nothing of the body stays.</summary>
    public void End()
    {
        _calls.Clear();
        _variables.Clear();
        _members.Clear();
        _made.Clear();
        _questions.Clear();
        _deciding.Clear();
        _expressed.Clear();
        _constants.Clear();
        _captured.Clear();
        _captures.Clear();
        _loopVariables.Clear();
        _sharedTerms.Clear();
        _choices.Clear();
        _aliases.Clear();
        _assignedOtherwise.Clear();
        _operations.Clear();
        _left.Clear();
        _reads.Clear();
        _readsByNumber.Clear();
        Thrown.Clear();
        _askedTwice = null;
        _addressed = null;
        _scope = null!;
        _body = null!;
        _trace = null;
        _state = PathState.Entry;
        if (_byName.Count > MostNamesKept || _mentioning.Count > MostNamesKept)
        {
            _byName.Clear();
            _mentioning.Clear();
        }
    }

    private HashSet<IMethodSymbol> AskedTwice
    {
        get
        {
            var asked = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
            return _askedTwice ??= new(_body.Facts(_scope.Contracts).Calls.Select(call => call.Target).Where(target => !asked.Add(target)), SymbolEqualityComparer.Default);
        }
    }

    /// <summary>The states in which an exception may leave the operation executed last.</summary>
    public List<PathState> Thrown { get; } = [];

    /// <summary>Adds the states after an operation, and gives the value it has in them. None when it does not return.</summary>
    public Value? Execute(IOperation operation, PathState state, List<PathState> after)
    {
        _state = state;
        _ended = false;
        _choices.Clear();
        Thrown.Clear();
        Value? value = Evaluate(operation);
        if (_ended)
        {
            return null;
        }

        if (_choices.Count == 0)
        {
            after.Add(_state);
            return value;
        }

        if (_choices.Count == 1)
        {
            Choose(_choices[0], _state, after);
            return value;
        }

        List<PathState> states = [_state];
        foreach (ImmutableArray<Func<PathState, PathState?>> choice in _choices)
        {
            List<PathState> next = [];
            foreach (PathState one in states)
            {
                Choose(choice, one, next);
            }

            states = next;
        }

        after.AddRange(states);
        return value;
    }

    private static void Choose(ImmutableArray<Func<PathState, PathState?>> choice, PathState state, List<PathState> after)
    {
        foreach (Func<PathState, PathState?> alternative in choice)
        {
            if (alternative(state) is { } chosen)
            {
                after.Add(chosen);
            }
        }
    }

    /// <summary>The state after a test: what an unknown method answered is kept, so that a path on which it contradicts itself is told apart.</summary>
    public PathState Answered(PathState state, Value? condition, bool truth)
    {
        for (; condition is { IsNegation: true, Operand: { } operand }; condition = operand)
        {
            truth = !truth;
        }

        state = _deciding.Count == 0 ? state : Looked(state, condition);

        Value? result = condition is { ComparedWith: not null, Operand: { } compared } ? compared : condition;
        return condition is not null && _questions.Count > 0 && result is { IsResult: true } && QuestionOf(result) is { } question
            ? state.WithAnswer(condition.ComparedWith is { } constant ? $"{question} == {constant.Text}" : question, truth)
            : state;
    }

    private string? QuestionOf(Value result) => _questions.FirstOrDefault(one => result.MentionsResultOf(one.Key)).Value;

    /// <summary>Objects of protocols come from another body, which is in the middle of them.</summary>
    public void EnterWith(PathState state)
    {
        if (_trace is null)
        {
            return;
        }

        foreach (KeyValuePair<string, string> one in _trace.DecidingIn(state))
        {
            _deciding[one.Key] = one.Value;
        }
    }

    // Whether there was an event is told by one member of the object. A test of another kind may tell it too: then nothing is known, unless that one was asked before.
    private PathState Looked(PathState state, Value? condition)
    {
        foreach (KeyValuePair<string, string> one in _deciding)
        {
            string asked = "asked " + one.Value;
            if (condition?.Text == one.Value)
            {
                state = state.Assume(Value.OfTerm(asked), truth: true) ?? state;
            }
            else if (condition?.Text.Contains(one.Key) != false && state.TruthOf(Value.OfTerm(asked)) is null)
            {
                state = state.ForgetProtocols(key => key.Object == one.Key);
            }
        }

        return state;
    }

    /// <summary>
    /// The state after a branch that leaves regions: their variables are gone. A branch back also drops what others can change, for the code may
    /// be waiting for just that.
    /// </summary>
    public PathState Leave(PathState state, ImmutableArray<ControlFlowRegion> regions, bool goesBack)
    {
        _left.Clear();
        foreach (ControlFlowRegion region in regions)
        {
            foreach (ILocalSymbol local in region.Locals)
            {
                _left.Add(Mentioning(VariableOf(local).Text));
            }

            foreach (CaptureId capture in region.CaptureIds)
            {
                _left.Add(Mentioning(CaptureTerm(capture).Text));
            }
        }

        if (state.Protocols.IsEmpty)
        {
            state = state.Forget(_left);
        }
        else
        {
            // What became of an object is told with what holds when its variable goes.
            foreach (Func<string, bool> mentions in _left)
            {
                _log.Outcomes(state, mentions);
                state = state.Forget(mentions);
            }
        }

        if (goesBack)
        {
            state = ForgetShared(state).WithoutAnswers();
        }

        return regions.IsEmpty && !goesBack ? state : state.ForgetUnusedResults();
    }

    private Func<string, bool> Mentioning(string term)
    {
        if (!_mentioning.TryGetValue(term, out Func<string, bool>? mentions))
        {
            _mentioning[term] = mentions = MakeMentioning(term);
        }

        return mentions;
    }

    private static Func<string, bool> MakeMentioning(string term) => text => text.Contains(term);

    private PathState ForgetShared(PathState state) => _sharedTerms.Count == 0 ? state : state.ForgetMembers(_isSharedTerm);

    private Value? Evaluate(IOperation? operation)
    {
        if (operation is null)
        {
            return null;
        }

        if (operation.ConstantValue is { HasValue: true } constant)
        {
            if (!_constants.TryGetValue(operation, out Value? known))
            {
                _constants[operation] = known = Value.OfConstant(constant.Value, operation.Type);
            }

            return known;
        }

        switch (operation)
        {
            case IInstanceReferenceOperation:
                return Value.This;
            case ILocalReferenceOperation local:
                return Read(VariableOf(local.Local));
            case IParameterReferenceOperation parameter:
                return Read(ParameterTerm(parameter.Parameter));
            case IFlowCaptureReferenceOperation capture:
                return Read(CaptureTerm(capture.Id));
            case IFlowCaptureOperation capture:
                Value captured = CaptureTerm(capture.Id);
                Set(captured, Evaluate(capture.Value));
                Keep(captured.Text, capture.Value);
                return null;
            case IFieldReferenceOperation or IPropertyReferenceOperation or IArrayElementReferenceOperation:
                TouchRead(operation);
                return Read(operation);
            case IConversionOperation conversion:
                return Convert(conversion);
            case IUnaryOperation unary:
                return Unary(unary);
            case IBinaryOperation binary:
                return Binary(binary);
            case IIsPatternOperation pattern:
                return Matches(Evaluate(pattern.Value), pattern.Pattern);
            case IIsNullOperation isNull:
                return Evaluate(isNull.Operand)?.EqualTo(Value.Null);
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment);
            case ICompoundAssignmentOperation compound:
                Evaluate(compound.Value);
                Write(compound.Target, null);
                return null;
            case IIncrementOrDecrementOperation increment:
                Write(increment.Target, null);
                return null;
            case ITupleOperation tuple:
                return TupleOf(tuple);
            case IDeconstructionAssignmentOperation deconstruction:
                Value? parts = Evaluate(deconstruction.Value);
                WriteAll(deconstruction.Target, parts);
                return null;
            case IInvocationOperation invocation:
                return Call(invocation, invocation.TargetMethod, invocation.Instance, invocation.Arguments);
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                return Create(creation, constructor);
            case IDelegateCreationOperation creation:
                return CreateDelegate(creation);
            case IMethodReferenceOperation method:
                Evaluate(method.Instance);
                return Value.OfDelegate(Contracts.ContractReader.Definition(method.Method));
            case IFlowAnonymousFunctionOperation lambda:
                HandOnCaptured(lambda.Syntax);
                return Value.OfDelegate(lambda.Symbol);
            // The graph of a lock statement over a Lock is not built where nullable annotations are on (Roslyn 4.14), so the call is not in it.
            case IInvalidOperation { Syntax.Parent: LockStatementSyntax } entered when entered.ChildOperations.FirstOrDefault() is { } gate
                && _scope.Contracts.EnteredBy(gate.Type) is { Parameters.IsEmpty: true } enter:
                return Call(entered, enter, gate, []);
            case IExpressionStatementOperation statement:
                return Evaluate(statement.Operation);
            default:
                foreach (IOperation child in operation.ChildOperations)
                {
                    // In an array or an initialiser it goes where nothing is followed.
                    HandOnFlags(Evaluate(child));
                }

                return null;
        }
    }

    // A lambda may restore what it captures.
    private void HandOnCaptured(SyntaxNode lambda)
    {
        if (_state.Saved.IsEmpty)
        {
            return;
        }

        foreach (SavedMask open in _state.Saved.Values.ToList())
        {
            if (_state.Values.Any(held => held.Value.Text == open.Term && held.Key.Length > 2 && lambda.DescendantTokens().Any(token => token.ValueText == held.Key.Trim('‹', '›'))))
            {
                _state = _state.HandOn(open.Term);
            }
        }
    }

    private Value VariableOf(ISymbol symbol)
    {
        if (!_variables.TryGetValue(symbol, out Value? value))
        {
            // The compiler's own have no name.
            string name = symbol.Name ?? "";
            if (!_byName.TryGetValue(name, out value))
            {
                _byName[name] = value = Value.OfVariable(name);
            }

            _variables[symbol] = value;
        }

        return value;
    }

    private Value MemberOf(Value? owner, ISymbol member)
    {
        if (owner is null || owner == Value.This)
        {
            return _scope.TermOf(member, ofThis: owner is not null);
        }

        if (!_members.TryGetValue((owner, member), out Value? value))
        {
            _members[(owner, member)] = value = Value.OfMember(owner, member, _scope.IsSettled(member));
        }

        return value;
    }

    // A parameter of a primary constructor is a field to the other members.
    private Value ParameterTerm(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && !SymbolEqualityComparer.Default.Equals(_body.Owner, constructor)
            ? MemberOf(Value.This, parameter)
            : VariableOf(parameter);

    private Value Read(Value term) => _state.Values.TryGetValue(term.Text, out Value? value) ? value : term;

    private Value CaptureTerm(CaptureId id)
    {
        if (!_captures.TryGetValue(id, out Value? value))
        {
            _captures[id] = value = Value.OfCapture(id.GetHashCode());
        }

        return value;
    }

    private Value? Read(IOperation reference)
    {
        if (reference is IPropertyReferenceOperation property)
        {
            return ReadProperty(property);
        }

        Value? term = TermOf(reference);
        return term is null ? null : Read(Shared(term));
    }

    private Value? ReadProperty(IPropertyReferenceOperation property)
    {
        Value? owner = Evaluate(property.Instance);
        if (_scope.Contracts.Contracts.NumberOf(property.Property) is { } number)
        {
            return Value.OfConstant(number, null);
        }

        // A struct made from one number shows it by the name of its parameter: new Pmr(0x80).Value.
        if (owner?.Number is not null && property.Property.ContainingType is { IsValueType: true } wrapper
            && wrapper.InstanceConstructors.Any(constructor => constructor.Parameters.Length == 1 && constructor.Parameters[0].Name == property.Property.Name && IsNumber(constructor.Parameters[0].Type)))
        {
            return owner;
        }

        if (property.Property.GetMethod is { } getter)
        {
            if (_scope.Contracts.Contracts.SaysSomething(getter) || _scope.Find(getter) is not null)
            {
                CallWith(property, getter, property.Instance, owner, property.Arguments);
            }
        }

        // Whether a guard holds its lock is a property of the guard that a try form returned.
        if (owner is { IsResult: true } && property.Type?.SpecialType == SpecialType.System_Boolean && _state.Tokens.ContainsKey(owner.Text))
        {
            return owner;
        }

        Value? member = MemberTerm(property, owner);
        Value? read = member is null ? null : Read(Shared(member));
        if (property.Property.GetMethod is not { } asked)
        {
            return read;
        }

        OperationContract contract = _scope.Contracts.Contracts.Of(asked);
        AskCapability(contract, member);
        return contract.TellsContext == Context.None ? read : read?.Telling(contract.TellsContext);
    }

    private Value Shared(Value term)
    {
        if (term.IsShared)
        {
            _sharedTerms.Add(term.Text);
        }

        return term;
    }

    /// <summary>The term for a place that can be read and written.</summary>
    private Value? TermOf(IOperation place)
    {
        switch (place)
        {
            case IFlowCaptureReferenceOperation capture when _captured.TryGetValue(capture.Id, out IOperation? captured):
                return TermOf(captured);
            case ILocalReferenceOperation local:
                return VariableOf(local.Local);
            case IParameterReferenceOperation parameter:
                return ParameterTerm(parameter.Parameter);
            case IFieldReferenceOperation field:
                return MemberTerm(field, Evaluate(field.Instance));
            case IPropertyReferenceOperation property:
                return MemberTerm(property, Evaluate(property.Instance));
            case IArrayElementReferenceOperation { Indices.Length: 1 } element:
                return Evaluate(element.ArrayReference) is { } array && Evaluate(element.Indices[0]) is { } index ? Value.OfElement(array, index) : null;
            default:
                return null;
        }
    }

    private Value? MemberTerm(IMemberReferenceOperation reference, Value? owner)
    {
        if (!reference.Member.IsStatic && owner is null)
        {
            return null;
        }

        Value member = MemberOf(reference.Member.IsStatic ? null : owner, reference.Member);
        if (reference is not IPropertyReferenceOperation { Arguments.IsEmpty: false } indexer)
        {
            return member;
        }

        return indexer.Arguments.Length == 1 && Evaluate(indexer.Arguments[0].Value) is { } index ? Value.OfElement(owner ?? member, index) : null;
    }

    private Value? Convert(IConversionOperation conversion)
    {
        Value? operand = Evaluate(conversion.Operand);
        if (operand?.Target is not null)
        {
            StoreInDelegateType(conversion, operand, conversion.Type);
        }

        // A conversion keeps what a value stands for: an enum is its number, a type that wraps a number is that number.
        return operand;
    }

    private Value? Unary(IUnaryOperation unary)
    {
        Value? operand = Evaluate(unary.Operand);
        return operand is null ? null : unary.OperatorKind == UnaryOperatorKind.Not ? operand.Not() : Term($"{unary.OperatorKind}({operand.Text})", operand);
    }

    private Value? Binary(IBinaryOperation binary)
    {
        Value? left = Evaluate(binary.LeftOperand);
        Value? right = Evaluate(binary.RightOperand);
        if (left is null || right is null)
        {
            return null;
        }

        if (left.Number is { } first && right.Number is { } second && Folded(binary.OperatorKind, first, second) is { } folded)
        {
            return Value.OfConstant(folded, null);
        }

        if (binary.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals)
        {
            // Only a number that is none differs from itself; a member may be written by others between the two reads.
            bool isSame = left.Text == right.Text && !left.IsShared && binary is { OperatorMethod: null, LeftOperand.Type.SpecialType: not (SpecialType.System_Single or SpecialType.System_Double) };
            Value equal = isSame ? Value.Of(true) : right.Constant is not null ? left.EqualTo(right) : left.Constant is not null ? right.EqualTo(left) : Ordered(left, "==", right);
            return binary.OperatorKind == BinaryOperatorKind.Equals ? equal : equal.Not();
        }

        // Error numbers are negative, so "less than zero" is "failed".
        if (left.IsResult && right.Number == 0 && binary.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThanOrEqual)
        {
            return binary.OperatorKind == BinaryOperatorKind.LessThan ? left.EqualTo(right).Not() : left.EqualTo(right);
        }

        string? symbol = binary.OperatorKind switch
        {
            BinaryOperatorKind.Add => "+",
            BinaryOperatorKind.Subtract => "-",
            BinaryOperatorKind.Multiply => "*",
            BinaryOperatorKind.LessThan => "<",
            BinaryOperatorKind.LessThanOrEqual => "<=",
            BinaryOperatorKind.GreaterThan => ">",
            BinaryOperatorKind.GreaterThanOrEqual => ">=",
            BinaryOperatorKind.And => "&",
            BinaryOperatorKind.Or => "|",
            _ => null,
        };
        return symbol is null ? null : Term($"{left.Text} {symbol} {right.Text}", left, right);
    }

    private static long? Folded(BinaryOperatorKind kind, long left, long right) => kind switch
    {
        BinaryOperatorKind.Or => left | right,
        BinaryOperatorKind.And => left & right,
        BinaryOperatorKind.Add => left + right,
        BinaryOperatorKind.Subtract => left - right,
        _ => null,
    };

    private Value Ordered(Value left, string symbol, Value right) =>
        Term(string.CompareOrdinal(left.Text, right.Text) <= 0 ? $"({left.Text} {symbol} {right.Text})" : $"({right.Text} {symbol} {left.Text})", left, right)!;

    private Value? Term(string text, params Value[] parts)
    {
        if (text.Length > LongestTerm)
        {
            return null;
        }

        bool shared = Array.Exists(parts, static part => part.IsShared);
        var term = Value.OfTerm(text, shared);
        return shared ? Shared(term) : term;
    }

    private Value? Matches(Value? value, IPatternOperation pattern)
    {
        switch (pattern)
        {
            case IConstantPatternOperation constant:
                return value is not null && Evaluate(constant.Value) is { Constant: not null } other ? value.EqualTo(other) : null;
            case INegatedPatternOperation negated:
                return Matches(value, negated.Pattern)?.Not();
            case IDeclarationPatternOperation { DeclaredSymbol: { } declared }:
                Set(Value.OfVariable(declared.Name), null);
                return null;
            default:
                foreach (IOperation inner in pattern.Descendants())
                {
                    if (inner is IDeclarationPatternOperation { DeclaredSymbol: { } symbol })
                    {
                        Set(Value.OfVariable(symbol.Name), null);
                    }
                }

                return null;
        }
    }

    private Value? Assign(ISimpleAssignmentOperation assignment)
    {
        Value? value = Evaluate(assignment.Value);
        if (assignment is { IsRef: true, Target: ILocalReferenceOperation { Local.RefKind: RefKind.Ref } })
        {
            // Who takes a reference may write by it.
            TouchWrite(assignment.Value);
        }

        // The variable of a foreach is another one each time round, whatever the enumerator is called.
        Sample? sample = _log.TouchesGuarded ? SamplesIn(assignment.Value).FirstOrDefault() : null;
        Write(assignment.Target, IsForEachVariable(assignment.Target) ? null : value);
        if ((sample is not null || !_state.Samples.IsEmpty) && VariableOf(assignment.Target) is { } variable)
        {
            _state = _state.WithSample(variable, sample);
        }

        return value;
    }

    private static bool IsOfOneThread(ISymbol member) =>
        member.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "ThreadStaticAttribute", ContainingNamespace.Name: "System" });

    private static bool IsForEachVariable(IOperation target) =>
        target is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { IsEmpty: false } declarations } && declarations[0].GetSyntax() is CommonForEachStatementSyntax;

    private Value? TupleOf(ITupleOperation tuple)
    {
        var parts = ImmutableArray.CreateBuilder<Value?>(tuple.Elements.Length);
        foreach (IOperation element in tuple.Elements)
        {
            parts.Add(Evaluate(element));
            HandOnFlags(parts[parts.Count - 1]);
        }

        string text = $"({string.Join(", ", parts.Select(part => part?.Text ?? "_"))})";
        return text.Length > LongestTerm ? null : Value.OfTuple(text, parts.MoveToImmutable());
    }

    private void WriteAll(IOperation target, Value? value)
    {
        target = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        if (target is not ITupleOperation tuple)
        {
            Write(target, value);
            return;
        }

        ImmutableArray<Value?> parts = PartsFor(tuple, value);
        for (int i = 0; i < tuple.Elements.Length; i++)
        {
            WriteAll(tuple.Elements[i], parts.IsEmpty ? null : parts[i]);
        }
    }

    // All parts are read before one is written: a part that names a variable which is written here means what that was before.
    private ImmutableArray<Value?> PartsFor(ITupleOperation targets, Value? value)
    {
        if (value is null || value.Parts.Length != targets.Elements.Length)
        {
            return [];
        }

        foreach (IOperation element in targets.Elements)
        {
            IOperation target = element is IDeclarationExpressionOperation declaration ? declaration.Expression : element;
            string? written = target switch
            {
                ILocalReferenceOperation local => VariableOf(local.Local).Text,
                IParameterReferenceOperation parameter when ParameterTerm(parameter.Parameter) is { IsVariable: true } variable => variable.Text,
                IDiscardOperation => "",
                _ => null,
            };
            if (written is null || (written.Length > 0 && value.Text.Contains(written)))
            {
                return [];
            }
        }

        return value.Parts;
    }

    private void Write(IOperation target, Value? value, bool touches = true)
    {
        IOperation place = target is IFlowCaptureReferenceOperation capture && _captured.TryGetValue(capture.Id, out IOperation? captured) ? captured : target;
        if (place is IDeclarationExpressionOperation declaration)
        {
            place = declaration.Expression;
        }

        if (place is ITupleOperation)
        {
            WriteAll(place, value);
            return;
        }

        // A tuple is known until it is taken apart; in a variable it is not followed.
        value = value is { Parts.IsEmpty: false } ? null : value;

        if (touches)
        {
            TouchWrite(place);
        }

        if (value is not null && !_state.Saved.IsEmpty && place is not ILocalReferenceOperation and not IParameterReferenceOperation { Parameter.RefKind: RefKind.None })
        {
            _state = _state.HandOn(value.Text, place is IMemberReferenceOperation { Member: { IsStatic: true } shared } && !_state.HoldsAny && !IsOfOneThread(shared) ? LockPath.DisplayOf(shared) : null);
        }

        if (place is IMemberReferenceOperation member)
        {
            StoreInMember(place, member, value);
        }
        else if (place is IArrayElementReferenceOperation { ArrayReference: IMemberReferenceOperation array })
        {
            _log.Writing(array.Member);
        }

        if (place is IMemberReferenceOperation held && IsNumber(held.Type))
        {
            CompareFlags(target, held.Member, value, call: null, target: null);
        }

        if (TermOf(place) is not { } term)
        {
            return;
        }

        Set(term, value);
    }

    private void StoreInMember(IOperation place, IMemberReferenceOperation member, Value? value)
    {
        _log.Writing(member.Member);
        if (place is IPropertyReferenceOperation { Property.SetMethod: { } setter } property
            && (_scope.Contracts.Contracts.SaysSomething(setter) || _scope.Find(setter) is not null))
        {
            CallWith(property, setter, property.Instance, Evaluate(property.Instance), property.Arguments);
        }

        if (value?.Target is { } handler && _scope.Contracts.Contracts.RunsWhatIsStored(member.Member) is { } rule)
        {
            _log.Register(place, handler, rule, member.Member, null);
        }
    }

    /// <summary>A place gets a value; nothing known of its old value holds any longer.</summary>
    private void Set(Value place, Value? value)
    {
        bool isVariable = place.IsVariable;
        Func<string, bool> mentions = isVariable ? Mentioning(place.Text) : MentioningPlace(place);
        _log.Outcomes(_state, mentions);
        _state = _state.Forget(mentions);
        if (!isVariable)
        {
            HandOn(value);
        }

        if (!isVariable && value is { IsVariable: true } && !_loopVariables.Contains(value.Text))
        {
            // this.base = base: from here on both are the member, which other bodies know too.
            Shared(place);
            _state = _state.WithValue(value.Text, place);
            return;
        }

        if (value is not null && value.Text.Length <= LongestTerm && !mentions(value.Text) && !(isVariable && _loopVariables.Contains(place.Text)))
        {
            _state = _state.WithValue(place.Text, value);
            if (!isVariable)
            {
                Shared(place);
            }
        }
    }

    private static Func<string, bool> MentioningPlace(Value place) => text => MentionsPlace(text, place);

    // An element of an array may be any other element of it: what stands in brackets tells nothing apart.
    private static bool MentionsPlace(string text, Value place)
    {
        string whole = WithoutIndices(text);
        string part = place.TextOutsideIndices ??= WithoutIndices(place.Text);
        for (int at = whole.IndexOf(part, StringComparison.Ordinal); at >= 0; at = whole.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            int end = at + part.Length;
            if (end == whole.Length || !(char.IsLetterOrDigit(whole[end]) || whole[end] == '_'))
            {
                return true;
            }
        }

        return text != whole && IndicesOf(text).Any(index => MentionsPlace(index, place));
    }

    private static string WithoutIndices(string text)
    {
        if (text.IndexOf('[') < 0)
        {
            return text;
        }

        var outside = new System.Text.StringBuilder();
        int depth = 0;
        foreach (char one in text)
        {
            depth -= one == ']' ? 1 : 0;
            if (depth <= 0)
            {
                outside.Append(one);
            }

            depth += one == '[' ? 1 : 0;
        }

        return outside.ToString();
    }

    private static IEnumerable<string> IndicesOf(string text)
    {
        int depth = 0;
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '[' && depth++ == 0)
            {
                start = at + 1;
            }
            else if (text[at] == ']' && --depth == 0)
            {
                yield return text.Substring(start, at - start);
            }
        }
    }

    private Value? CreateDelegate(IDelegateCreationOperation creation)
    {
        Value? target = Evaluate(creation.Target);
        if (target?.Target is not null)
        {
            StoreInDelegateType(creation, target, creation.Type);
        }

        return target;
    }

    private void StoreInDelegateType(IOperation operation, Value handler, ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Delegate } && _scope.Contracts.Contracts.RunsWhatIsStored(type) is { } rule)
        {
            _log.Register(operation, handler.Target!, rule, type, null);
        }
    }
}
