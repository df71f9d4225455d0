import { time } from './clock.svelte';
import type { Job, Run, Task, WhyNot } from '../contract/rows';

/** What the server answered when it did not do what was asked, in its own words. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export interface TaskPage {
  tasks: Task[];
  total: number;
  sequence: number;
}

export interface ActionRequest {
  operation: 'pause' | 'resume' | 'restart' | 'restart_errors' | 'skip' | 'stop' | 'delete';
  blocks?: number[];
  tasks?: number[];
}

export interface ActionResult {
  job: number;
  operation: string;
  changed: number;
  detail: string;
}

export interface LogPart {
  run: number;
  bytes: Uint8Array;
  offset: number;
}

const api = '/api/v1';

export const taskPath = (job: number, block: number, task: number) => `${api}/jobs/${job}/blocks/${block}/tasks/${task}`;

export function readJob(job: number): Promise<Job> {
  return ask(`${api}/jobs/${job}`);
}

export function readTasks(job: number, block: number, state: string, from: number, limit: number): Promise<TaskPage> {
  const query = new URLSearchParams({ from: String(from), limit: String(limit), ...(state ? { state } : {}) });
  return ask(`${api}/jobs/${job}/blocks/${block}/tasks?${query}`);
}

export function readTask(job: number, block: number, task: number): Promise<Task> {
  return ask(taskPath(job, block, task));
}

export async function readRuns(job: number, block: number, task: number): Promise<Run[]> {
  return (await ask<{ runs: Run[] }>(`${taskPath(job, block, task)}/runs`)).runs;
}

export function readWhy(job: number): Promise<WhyNot> {
  return ask(`${api}/jobs/${job}/why`);
}

export function act(job: number, request: ActionRequest): Promise<ActionResult> {
  return ask(`${api}/jobs/${job}/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
}

/** Reads a piece of a run's log: the given bytes, or the last ones when `from` is negative. */
export async function readLog(path: string, run: number, from: number, end: number | null): Promise<LogPart> {
  const range = from < 0 ? `bytes=${from}` : `bytes=${from}-${end === null ? '' : end - 1}`;
  const response = await answer(`${path}/log?run=${run}`, { headers: { range } }, [416]);
  if (response.status === 416) return { run, bytes: new Uint8Array(), offset: Math.max(0, from) };

  const whole = new Uint8Array(await response.arrayBuffer());
  const ranged = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  if (response.status === 206 && ranged) return { run, bytes: whole, offset: Number(ranged[1]) };
  const start = from < 0 ? Math.max(0, whole.length + from) : from;
  return { run, bytes: whole.subarray(start, end ?? undefined), offset: start };
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await answer(path, init)).json()) as T;
}

async function answer(path: string, init?: RequestInit, alsoFine: number[] = []): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init });
  } catch {
    throw new Refusal(0, init?.method === 'POST' ? 'The server did not answer. What you asked for may be done or not.' : 'The server did not answer.');
  }
  time.serverSays(response.headers.get('date'));
  if (response.ok || alsoFine.includes(response.status)) return response;
  throw new Refusal(response.status, await inWords(response));
}

interface ProblemDetails {
  title?: string;
  detail?: string;
  errors?: Record<string, string[]>;
}

async function inWords(response: Response): Promise<string> {
  const fallback = `The server refused (${response.status}).`;
  if (!/json/.test(response.headers.get('content-type') ?? '')) return fallback;
  const problem = (await response.json().catch(() => ({}))) as ProblemDetails;
  const fields = Object.entries(problem.errors ?? {}).map(([field, texts]) => `${field} ${texts.join(', ')}`);
  return [problem.detail || problem.title || fallback, ...fields].join(' ');
}
