using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Which renders fit which needs now, kept up to date by the renders that change.</summary>
internal sealed class RenderIndex(Farm farm)
{
    private readonly Dictionary<string, Reach> _reaches = [];
    private readonly Dictionary<string, Outlook> _outlooks = [];
    private readonly HashSet<RenderId> _online = [];
    private readonly List<Outlook> _fitting = [];

    public IReadOnlyCollection<Outlook> Outlooks => _outlooks.Values;

    public int OnlineCount => _online.Count;

    public bool IsOnline(RenderId render) => _online.Contains(render);

    public void SetOnline(Render render, bool online)
    {
        if (online) _online.Add(render.Id);
        else _online.Remove(render.Id);
    }

    /// <summary>The outlook of a need, made when it is the first of its kind.</summary>
    public Outlook Take(Need need)
    {
        if (!_outlooks.TryGetValue(need.Key, out var outlook))
            _outlooks.Add(need.Key, outlook = new Outlook(need, ReachOf(need)));
        outlook.Lots++;
        return outlook;
    }

    /// <summary>A lot does not have this need any more.</summary>
    public void GiveBack(Outlook outlook)
    {
        if (--outlook.Lots > 0) return;
        _outlooks.Remove(outlook.Need.Key);
        if (!_outlooks.Values.Any(other => other.Reach == outlook.Reach)) _reaches.Remove(outlook.Need.ReachKey);
    }

    /// <summary>People have changed what a render is or may do.</summary>
    public void Judge(Render render)
    {
        foreach (var reach in _reaches.Values) reach.Judge(render);
    }

    /// <summary>Takes over what is free on a render; returns the needs that it fits now, until the next call.</summary>
    public List<Outlook> Refresh(Render render)
    {
        var isOnline = IsOnline(render.Id);
        foreach (var reach in _reaches.Values) reach.Refresh(render, isOnline);
        _fitting.Clear();
        foreach (var outlook in _outlooks.Values)
        {
            if (outlook.Refresh(render, isOnline)) _fitting.Add(outlook);
        }

        return _fitting;
    }

    public void Forget(RenderId render)
    {
        _online.Remove(render);
        foreach (var reach in _reaches.Values) reach.Forget(render);
        foreach (var outlook in _outlooks.Values) outlook.Forget(render);
    }

    private Reach ReachOf(Need need)
    {
        if (_reaches.TryGetValue(need.ReachKey, out var reach)) return reach;
        _reaches.Add(need.ReachKey, reach = new Reach(need));
        foreach (var render in farm.Renders.Values)
        {
            reach.Judge(render);
            reach.Refresh(render, IsOnline(render.Id));
        }

        return reach;
    }
}
