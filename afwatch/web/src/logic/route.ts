/** What the address says after '#': the view, what is chosen in it and the filter. */
export interface Route {
  view: 'jobs' | 'renders';
  job: number | null;
  block: number | null;
  task: number | null;
  render: number | null;
  filter: string;
}

export const noRoute: Route = { view: 'jobs', job: null, block: null, task: null, render: null, filter: '' };

/** `#/jobs`, `#/jobs/5`, `#/jobs/5/0`, `#/jobs/5/0/3`, `#/renders`, `#/renders/2`, each with `?q=filter`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/');
  const numbers = rest.map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : null));
  const filter = new URLSearchParams(query).get('q') ?? '';
  if (view === 'renders') return { ...noRoute, view, render: numbers[0] ?? null, filter };

  const job = numbers[0] ?? null;
  const block = job === null ? null : numbers[1] ?? null;
  const task = block === null ? null : numbers[2] ?? null;
  return { ...noRoute, job, block, task, filter };
}

export function formatRoute(route: Route): string {
  const parts = route.view === 'renders' ? [route.render] : [route.job, route.block, route.task];
  const path = [route.view, ...parts.slice(0, parts.indexOf(null) < 0 ? parts.length : parts.indexOf(null))].join('/');
  // Colons, commas and comparisons stay readable: the filter is meant to be read in the address.
  const query = route.filter === '' ? '' : `?q=${encodeURIComponent(route.filter).replace(/%(3A|2C|3E|3C|3D)/g, decodeURIComponent).replace(/%20/g, '+')}`;
  return `#/${path}${query}`;
}
