using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Services;

public sealed class ServiceFilesTests
{
    private readonly ScratchFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void The_services_that_come_with_the_farm_are_in_order()
    {
        var catalog = ServiceFiles.Read(ServiceFiles.FolderOfProgram);

        Assert.That(catalog.Problems, Is.Empty);
        Assert.That(catalog.Services.Keys, Is.SupersetOf(new[] { "generic", "python", "blender", "ffmpeg" }));
    }

    [TestCase("name: a\nprogress:\n  - '('\n", ":3: ", TestName = "A broken pattern")]
    [TestCase("name: a\nprogress:\n  - '(?<percent>\\d+)'\n  - '(?<precent>\\d+)'\n", ":4: unknown group 'precent'", TestName = "An unknown group")]
    [TestCase("name: a\nprogress:\n  - 'frame \\d+'\n", ":3: the pattern has none of the groups", TestName = "A pattern that says nothing")]
    [TestCase("name: a\nprogress:\n  - '(?<done>\\d+)'\n", ":3: 'done' and 'total'", TestName = "Done without total")]
    [TestCase("name: a\nprogress:\n  - '(?=(?<percent>\\d+))'\n", ":3: ", TestName = "A pattern that backtracks")]
    [TestCase("name: a\nprogres: []\n", ":2: unknown field 'progres'", TestName = "An unknown field")]
    [TestCase("name: a\nerrors:\n  - 'x'\n  - '('\n", ":4: ", TestName = "A broken error pattern")]
    [TestCase("name: a\nfatal:\n  - 'x*'\n", ":3: the pattern matches an empty text", TestName = "A fatal pattern that matches everything")]
    [TestCase("name: a\nlicence:\n  - '(?<frame>x)'\n", ":3: the group 'frame' is of no use here", TestName = "A group in a licence pattern")]
    [TestCase("name: a\nmemory: 'x'\n", ":2: 'name' is a word", TestName = "Memory patterns that are a text")]
    [TestCase("name: a\nmemory:\n  - [x]\n", ":3: a pattern of 'memory' is a text", TestName = "A pattern that is a list")]
    [TestCase("name: a\nname: b\n", ":2: ", TestName = "A field twice")]
    [TestCase("progress: []\n", "'name' is missing", TestName = "No name")]
    [TestCase("name: [a]\n", ":1: 'name' is a word", TestName = "A name that is a list")]
    [TestCase("name: 'a\n", ":", TestName = "A text without an end")]
    [TestCase("", ":1: a service file is one mapping", TestName = "An empty file")]
    public void What_is_wrong_is_named_with_file_and_line(string text, string problem)
    {
        var path = _folder.Write("bad.yml", text);

        var catalog = ServiceFiles.Read(_folder.Path);

        Assert.That(catalog.Problems, Has.Count.EqualTo(1));
        Assert.That(catalog.Problems[0], Does.StartWith(path).And.Contain(problem));
        Assert.That(catalog.Services, Is.Empty);
    }

    [Test]
    public void Every_list_of_patterns_is_read()
    {
        _folder.Write("a.yml", "name: a\nerrors: ['e']\nfatal: ['f', 'g']\nlicence: ['l']\nmemory: ['m']\n");

        var service = ServiceFiles.Read(_folder.Path).Services["a"];

        Assert.That(
            new[] { service.Errors, service.Fatal, service.Licence, service.Memory }.Select(patterns => string.Join(' ', patterns)),
            Is.EqualTo(new[] { "e", "f g", "l", "m" }));
        Assert.That(service.Progress, Is.Empty);
    }

    [Test]
    public void A_service_described_twice_is_a_problem()
    {
        _folder.Write("a.yml", "name: a\n");
        _folder.Write("b.yml", "name: a\n");

        Assert.That(ServiceFiles.Read(_folder.Path).Problems, Has.Count.EqualTo(1));
    }
}
