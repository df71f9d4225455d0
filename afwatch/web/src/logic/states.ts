import type { Job, JobState, RenderState, TaskCounts, TaskState } from '../contract/rows';

/** Letter, word and order of every state. A state is never shown by colour alone: the letter and the word go with it. */
export type StateWord = TaskState | JobState | RenderState;

export const letters: Record<StateWord, string> = {
  done: 'D',
  running: 'R',
  ready: 'Q',
  waiting: 'W',
  error: 'E',
  skipped: 'S',
  paused: 'P',
  busy: 'B',
  idle: 'I',
  offline: 'O',
};

export const words: Record<StateWord, string> = {
  done: 'Done',
  running: 'Running',
  ready: 'Ready',
  waiting: 'Waiting',
  error: 'Error',
  skipped: 'Skipped',
  paused: 'Paused',
  busy: 'Busy',
  idle: 'Idle',
  offline: 'Offline',
};

/** Order inside a bar: what is over, what happens, what is to come. */
export const barOrder: readonly TaskState[] = ['done', 'skipped', 'running', 'error', 'ready', 'waiting'];

export const jobFacets: readonly JobState[] = ['error', 'running', 'ready', 'waiting', 'paused', 'done'];

export const renderFacets: readonly RenderState[] = ['busy', 'idle', 'offline'];

export function countOf(counts: TaskCounts, state: TaskState): number {
  return counts[`tasks_${state}`];
}

export function tasksToGo(counts: TaskCounts): number {
  return counts.tasks_total - counts.tasks_done - counts.tasks_skipped;
}

/** "12 done, 2 running, 6 waiting": the bar for those who cannot see it, and its tooltip. */
export function countsInWords(counts: TaskCounts): string {
  const parts = barOrder.filter((state) => countOf(counts, state) > 0).map((state) => `${countOf(counts, state)} ${state}`);
  return parts.length > 0 ? parts.join(', ') : 'no tasks';
}

/** A job belongs to a facet when somebody who looks for that state would want to see it. */
export function jobIsIn(job: Job, state: string): boolean {
  if (state === 'error') return job.tasks_error > 0 || job.state === 'error';
  if (state === 'running') return job.state === 'running' || (job.tasks_running > 0 && job.state !== 'paused');
  if (state === 'skipped') return job.tasks_skipped > 0;
  return job.state === state;
}
