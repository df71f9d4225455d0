using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Render;

internal sealed class RenderStartTests : FarmTests
{
    [Test]
    public async Task A_render_that_finds_no_server_waits_for_it_and_joins()
    {
        var render = Farm.StartRender("one");
        await render.SaysAsync("No server at");

        await Farm.StartServerAsync();
        await render.SaysAsync("afrender ready:");
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 1));
        await Farm.JobIsAsync(job, "done");

        Assert.That(render.Said, Does.Not.Contain("ERROR"));
    }

    [Test]
    public async Task A_second_render_of_the_same_name_is_refused_with_a_sentence()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");

        var second = Farm.Start("second", Programs.Render, "--server", Farm.Address, "--name", "one", "--data", Farm.Folder.At("elsewhere"));

        await second.SaysAsync("already connected");
        var renders = await Farm.GetAsync("api/v1/renders");
        Assert.That(renders.Number("total"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_data_folder_of_another_render_is_a_sentence_and_exit_code_3()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");

        var second = await Farm.StartRender("one").EndAsync();

        Assert.That(second.Code, Is.EqualTo(3));
        Assert.That(second.Error, Does.Contain(Farm.Folder.At("one")).And.Contain("--data"));
    }

    [Test]
    public async Task A_job_of_a_service_that_nobody_offers_waits_says_so_and_runs_when_a_render_with_it_joins()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one", "--services", "python,generic");
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 2, service: "houdini"));

        var why = await Farm.CommandAsync("why", $"{job}");
        await Farm.StartRenderAsync("two", "--services", "houdini");
        await Farm.JobIsAsync(job, "done");

        Assert.That(why.Code, Is.Zero);
        Assert.That(why.Out, Does.Contain("service").And.Contain("houdini"));
        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "done on two" }));
    }

    [Test]
    public async Task Tasks_that_end_at_once_run_once_and_count_once()
    {
        const int Count = 200;
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one", "--capacity", "4000");
        await Farm.StartRenderAsync("two", "--capacity", "4000");

        var job = await Farm.SubmitAsync(Jobs.Frames($"echo @#@ >> {Farm.Folder.At("started")}", Count));
        await Farm.JobIsAsync(job, "done");

        var tasks = await Farm.GetAsync($"api/v1/jobs/{job}/blocks/0/tasks?limit={Count}");
        Assert.That(tasks.GetProperty("tasks").EnumerateArray().Select(task => task.Number("run")), Has.Exactly(Count).EqualTo(1));
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(Enumerable.Range(1, Count).Select(frame => $"{frame}")));
    }
}
