using Afanasy.Model;

namespace AfServer.Model;

internal sealed partial class Farm
{
    private void Set(Change.UserSet c)
    {
        if (_users.TryGetValue(c.Name, out var known))
        {
            known.Settings = c.Settings;
            foreach (var job in known.Jobs) Clocks.Place(job);
        }
        else
        {
            _users.Add(c.Name, known = new User(c.Name, c.Settings, c.At));
        }

        Touches.Set(known);
    }

    private void Remove(User user)
    {
        _users.Remove(user.Name);
        Touches.Set(user);
    }

    private void Set(Change.BranchSet c)
    {
        if (_branches.TryGetValue(c.Path, out var known))
        {
            known.Settings = c.Settings;
        }
        else
        {
            var parent = _branches[ParentPath(c.Path)];
            _branches.Add(c.Path, known = new Branch(c.Path, parent, c.Settings, c.At));
            parent.Add(known);
        }

        Touches.Set(known);
    }

    private void Remove(Branch branch)
    {
        _branches.Remove(branch.Path);
        branch.Parent?.Remove(branch);
        Touches.Set(branch);
    }

    private void Set(Change.PoolSet c)
    {
        if (_pools.TryGetValue(c.Path, out var known))
        {
            known.Settings = c.Settings;
        }
        else
        {
            var parent = _pools[ParentPath(c.Path)];
            _pools.Add(c.Path, known = new Pool(c.Path, parent, c.Settings, c.At));
            parent.Add(known);
        }

        Settle(known);
    }

    private void Settle(Pool pool)
    {
        Touches.Set(pool);
        foreach (var render in pool.Renders)
        {
            render.Settle();
            Touches.Set(render);
        }

        foreach (var child in pool.Children) Settle(child);
    }

    private void Remove(Pool pool)
    {
        _pools.Remove(pool.Path);
        pool.Parent?.Remove(pool);
        Touches.Set(pool);
    }

    private void Register(Change.RenderRegistered c)
    {
        if (_renders.TryGetValue(c.Render, out var known))
        {
            known.Set(c.Offer);
        }
        else
        {
            known = new Render(c.Render, c.Name, c.Offer, RootPool, c.At);
            RootPool.Add(known);
            _renders.Add(c.Render, known);
            _rendersByName.Add(c.Name, known);
            _lastRender = Math.Max(_lastRender, c.Render.Value);
        }

        Touches.Set(known);
    }

    private void Set(Change.RenderSet c)
    {
        var render = _renders[c.Render];
        foreach (var run in render.All()) GiveBackTickets(run, render);
        render.Pool.Remove(render);
        render.Set(_pools[c.Pool], c.Settings);
        render.Pool.Add(render);
        foreach (var run in render.All()) TakeTickets(run, render);
        Touches.Set(render);
    }

    private void Heal(Render render)
    {
        render.Heal();
        Touches.Render(render);
    }

    private void Remove(Render render)
    {
        _renders.Remove(render.Id);
        _rendersByName.Remove(render.Name);
        render.Pool.Remove(render);
        Touches.Gone(render);
    }

    /// <summary>The path above: of "/a/b" it is "/a", of "/a" the root.</summary>
    public static string ParentPath(string path) => path.LastIndexOf('/') is > 0 and var cut ? path[..cut] : Branch.RootPath;
}
