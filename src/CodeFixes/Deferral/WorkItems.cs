using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>The work items that are added together. Equal ones in one type are one field, and no two fields get one name.</summary>
internal sealed class WorkItems(SolutionEditor editor, CancellationToken cancellationToken)
{
    private readonly List<(WorkItem Item, string Name)> _added = [];

    /// <summary>Queues each of the calls and adds the fields that are missing.</summary>
    public async Task AddAsync(IReadOnlyList<WorkItem> items)
    {
        foreach (WorkItem item in items)
        {
            DocumentEditor document = await editor.GetDocumentEditorAsync(item.Document, cancellationToken).ConfigureAwait(false);
            document.ReplaceNode(item.Call, item.Queued(item.Existing ?? NameOf(item)));
        }

        foreach (IGrouping<TypeDeclarationSyntax, (WorkItem Item, string Name)> inPart in _added.GroupBy(added => added.Item.Part))
        {
            DocumentEditor document = await editor.GetDocumentEditorAsync(inPart.First().Item.Document, cancellationToken).ConfigureAwait(false);
            foreach (IGrouping<FieldDeclarationSyntax?, (WorkItem Item, string Name)> beside in inPart.GroupBy(added => added.Item.Beside))
            {
                AddFields(document, inPart.Key, beside.Key, [.. beside]);
            }
        }
    }

    private string NameOf(WorkItem item)
    {
        foreach ((WorkItem added, string name) in _added)
        {
            if (added.DoesTheSameAs(item))
            {
                return name;
            }
        }

        HashSet<string> taken = [.. _added.Where(added => SymbolEqualityComparer.Default.Equals(added.Item.Owner, item.Owner)).Select(added => added.Name)];
        string free = item.Names.First(name => !taken.Contains(name));
        _added.Add((item, free));
        return free;
    }

    private static void AddFields(DocumentEditor document, TypeDeclarationSyntax part, FieldDeclarationSyntax? beside, IReadOnlyList<(WorkItem Item, string Name)> added)
    {
        SyntaxTrivia lineEnd = document.OriginalRoot.LineEnd();
        MemberDeclarationSyntax neighbour = beside ?? part.Members[0];
        List<FieldDeclarationSyntax> fields = [.. added.Select(one => one.Item.Field(one.Name, neighbour.Indentation(), lineEnd))];
        if (beside is not null)
        {
            document.InsertAfter(beside, fields);
            return;
        }

        // The first fields of the type: an empty line parts them from what was its first member.
        fields[fields.Count - 1] = fields[fields.Count - 1].WithTrailingTrivia(lineEnd, lineEnd);
        document.InsertBefore(neighbour, fields);
    }
}
