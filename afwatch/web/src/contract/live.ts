import type { FarmCounts, Job, Render, Task } from './rows';

/** What the page wants to hear; every subscription replaces the one before. */
export interface Subscription {
  jobs?: { limit: number };
  renders?: boolean;
  tasks?: { job: number };
  log?: { job: number; block: number; task: number };
}

export type TaskRow = Task & { job: number; block: number };

export interface Picture {
  type: 'picture';
  sequence: number;
  farm: FarmCounts;
  jobs?: Job[];
  renders?: Render[];
  tasks_reload?: boolean;
}

export interface Changes {
  type: 'changes';
  sequence: number;
  farm?: FarmCounts;
  jobs?: Job[];
  jobs_gone?: number[];
  renders?: Render[];
  renders_gone?: number[];
  tasks?: TaskRow[];
  /** So many tasks of the watched job changed that what is shown of them is to be asked for again. */
  tasks_reload?: boolean;
}

export interface LogText {
  type: 'log';
  job: number;
  block: number;
  task: number;
  run: number;
  /** Byte position of the text in the log of that run. */
  offset: number;
  text: string;
  ended: boolean;
}

export interface Problem {
  type: 'problem';
  detail: string;
}

export type LiveMessage = Picture | Changes | LogText | Problem;
