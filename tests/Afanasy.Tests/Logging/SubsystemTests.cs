using Afanasy.Logging;

namespace Afanasy.Tests.Logging;

internal sealed class SubsystemTests
{
    [TestCase("AfServer.Engine.FarmEngine", "engine")]
    [TestCase("AfServer.Engine.FarmEngine.Inner", "engine")]
    [TestCase("AfServer.Connections.RenderSession", "connections")]
    [TestCase("AfServer.Gateways.Rest.JobDoor", "rest")]
    [TestCase("AfServer.Gateways.Rest.Deeper.JobDoor", "rest")]
    [TestCase("AfServer.Gateways.Doors", "gateways")]
    [TestCase("AfServer.Program", "afserver")]
    [TestCase("AfRender.Processes.TaskProcess", "processes")]
    [TestCase("Afanasy.Wire.PacketReader", "wire")]
    [TestCase("AfServer.Engine.Box<AfRender.Link.Peer>", "engine")]
    [TestCase("Microsoft.AspNetCore.Server.Kestrel", "http")]
    [TestCase("Microsoft.AspNetCore.Hosting.Diagnostics", "http")]
    [TestCase("Microsoft.Hosting.Lifetime", "dotnet")]
    [TestCase("System.Net.Http.HttpClient", "dotnet")]
    [TestCase("Npgsql.Command", "npgsql")]
    [TestCase("af", "af")]
    [TestCase("", "")]
    public void A_category_belongs_to_a_subsystem(string category, string subsystem) =>
        Assert.That(Subsystem.Of(category), Is.EqualTo(subsystem));
}
