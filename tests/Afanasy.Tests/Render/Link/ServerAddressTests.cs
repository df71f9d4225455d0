using AfRender.Link;

namespace Afanasy.Tests.Agents;

public sealed class ServerAddressTests
{
    [TestCase("farm", "farm:51000")]
    [TestCase("farm.example.org:80", "farm.example.org:80")]
    [TestCase("10.0.0.1:51001", "10.0.0.1:51001")]
    [TestCase("[::1]:51001", "[::1]:51001")]
    [TestCase("[::1]", "[::1]:51000")]
    [TestCase("::1", "[::1]:51000")]
    public void An_address_is_read(string text, string address)
    {
        Assert.That(ServerAddress.TryParse(text, out var read), Is.True);
        Assert.That(read.ToString(), Is.EqualTo(address));
    }

    [TestCase("")]
    [TestCase(":51000")]
    [TestCase("farm:")]
    [TestCase("farm:0")]
    [TestCase("farm:65536")]
    [TestCase("farm:-1")]
    [TestCase("fa rm:1")]
    [TestCase("http://farm:1")]
    public void Something_else_is_not(string text)
    {
        Assert.That(ServerAddress.TryParse(text, out _), Is.False);
    }
}
