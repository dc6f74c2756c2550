using System.IO;
using System.Linq;
using IrqSafety.Cli.Building;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class ProjectFinderTests
{
    [Fact]
    public void A_project_is_itself()
    {
        using var folder = new ScratchFolder();
        string project = folder.Write("A.csproj", "<Project />");

        Assert.Equal([project], ProjectFinder.Find(project));
    }

    [Fact]
    public void A_folder_is_searched_in_ordinal_order_without_outputs_and_hidden_folders()
    {
        using var folder = new ScratchFolder();
        string b = folder.Write("b/B.csproj", "");
        string a = folder.Write("a/deep/A.csproj", "");
        string upper = folder.Write("Z/Z.csproj", "");
        folder.Write("a/obj/Copy.csproj", "");
        folder.Write("a/bin/Debug/Copy.csproj", "");
        folder.Write(".hidden/H.csproj", "");
        folder.Write("a/NotOurs.fsproj", "");

        Assert.Equal([upper, a, b], ProjectFinder.Find(folder.Path));
    }

    [Fact]
    public void A_link_that_leads_back_up_is_not_followed()
    {
        using var folder = new ScratchFolder();
        string project = folder.Write("a/A.csproj", "");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "a", "up"), folder.Path);

        Assert.Equal([project], ProjectFinder.Find(folder.Path));
    }

    [Fact]
    public void A_classic_solution_gives_its_projects_but_not_its_folders()
    {
        using var folder = new ScratchFolder();
        string a = folder.Write("src/A.csproj", "");
        string b = folder.Write("src/B.csproj", "");
        string solution = folder.Write("All.sln", """
            Microsoft Visual Studio Solution File, Format Version 12.00
            Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "src", "src", "{827E0CD3-B72D-47B6-A68D-7590B98EB39B}"
            EndProject
            Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "B", "src\B.csproj", "{74AEA848-E245-435B-B05D-0EFC7A9A9E78}"
            EndProject
            Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "A", "src\A.csproj", "{B5BE56C2-1F32-48EA-96EC-1ED9DFE7724D}"
            EndProject
            """);

        Assert.Equal([a, b], ProjectFinder.Find(solution));
    }

    [Fact]
    public void An_xml_solution_gives_its_projects()
    {
        using var folder = new ScratchFolder();
        string a = folder.Write("src/A.csproj", "");
        string solution = folder.Write("All.slnx", "<Solution><Folder Name=\"/src/\"><Project Path=\"src/A.csproj\" /></Folder></Solution>");

        Assert.Equal([a], ProjectFinder.Find(solution));
    }

    [Theory]
    [InlineData("All.slnx", "<Solution><Project Path=\"Gone.csproj\" /></Solution>", "which does not exist")]
    [InlineData("All.slnx", "<Solution>", "cannot be read")]
    [InlineData("All.slnx", "<Solution />", "there is no C# project")]
    [InlineData("A.fsproj", "", "is not a C# project")]
    [InlineData("A.txt", "", "is not a project")]
    public void What_cannot_be_used_is_refused_with_a_reason(string name, string content, string reason)
    {
        using var folder = new ScratchFolder();
        string path = folder.Write(name, content);

        var error = Assert.Throws<UserErrorException>(() => ProjectFinder.Find(path));

        Assert.Contains(reason, error.Problem);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_folder_without_projects_is_refused()
    {
        using var folder = new ScratchFolder();
        folder.Write("obj/A.csproj", "");

        Assert.Throws<UserErrorException>(() => ProjectFinder.Find(folder.Path));
    }

    [Fact]
    public void Projects_of_one_name_are_told_apart_by_their_folders()
    {
        string[] projects = ["/s/Ipi/Buggy/Ipi.csproj", "/s/Ipi/Fixed/Ipi.csproj", "/s/Sdei/Buggy/Sdei.csproj"];

        Assert.Equal(["Buggy.Ipi", "Fixed.Ipi", "Sdei"], projects.Select(project => ProjectNames.Of(projects)[project]));
    }
}
