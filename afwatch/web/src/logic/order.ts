import type { Job, Render } from '../contract/rows';

export type JobSort = 'default' | 'state' | 'name' | 'user' | 'priority' | 'progress' | 'running' | 'errors' | 'elapsed' | 'ended';

export interface Order {
  sort: JobSort;
  reversed: boolean;
}

const stateOrder = ['error', 'running', 'ready', 'waiting', 'paused', 'done'];

// What matters most comes first when a column is clicked once.
const jobKeys: Record<JobSort, (job: Job) => (string | number)[]> = {
  default: (job) => [job.state === 'done' ? 1 : 0, -job.priority, job.id],
  state: (job) => [stateOrder.indexOf(job.state)],
  name: (job) => [job.name.toLowerCase()],
  user: (job) => [job.user_name.toLowerCase()],
  priority: (job) => [-job.priority],
  progress: (job) => [-job.progress],
  running: (job) => [-job.tasks_running],
  errors: (job) => [-job.tasks_error],
  elapsed: (job) => [job.time_started ?? '~'],
  ended: (job) => [job.time_done === null ? 1 : 0, job.time_done === null ? 0 : -Date.parse(job.time_done)],
};

export function sortJobs(jobs: Iterable<Job>, order: Order): Job[] {
  const key = jobKeys[order.sort];
  const rows = [...jobs].map((job) => ({ job, key: key(job) }));
  const direction = order.reversed ? -1 : 1;
  rows.sort((a, b) => direction * compare(a.key, b.key) || a.job.id - b.job.id);
  return rows.map((row) => row.job);
}

const renderOrder = ['busy', 'idle', 'offline'];

export function sortRenders(renders: Iterable<Render>): Render[] {
  return [...renders].sort((a, b) =>
    (a.state === 'offline' ? 1 : 0) - (b.state === 'offline' ? 1 : 0) || a.name.localeCompare(b.name, 'en', { numeric: true })
    || renderOrder.indexOf(a.state) - renderOrder.indexOf(b.state));
}

/** Rows that stay under the hand: the order shown so far, and how many rows would move if it were sorted now. */
export function heldOrder(shown: readonly number[], wanted: readonly number[]): { moved: number; gone: Set<number> } {
  const wantedSet = new Set(wanted);
  const shownSet = new Set(shown);
  const gone = new Set(shown.filter((id) => !wantedSet.has(id)));
  const arrived = wanted.filter((id) => !shownSet.has(id)).length;
  const stayed = shown.filter((id) => wantedSet.has(id));
  const place = new Map(wanted.filter((id) => shownSet.has(id)).map((id, index) => [id, index]));
  return { moved: gone.size + arrived + stayed.length - longestRise(stayed.map((id) => place.get(id) ?? 0)), gone };
}

// The rows that need not move are the longest run already in order; everything else moves around them.
function longestRise(values: readonly number[]): number {
  const ends: number[] = [];
  for (const value of values) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    ends[low] = value;
  }
  return ends.length;
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let index = 0; index < a.length; index++) {
    const left = a[index] ?? 0;
    const right = b[index] ?? 0;
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}
