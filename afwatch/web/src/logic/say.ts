import type { Job, Render, Run, Task } from '../contract/rows';
import { tasksToGo } from './states';
import { clock, elapsed, grouped, percent, plural, tookInWords } from './words';

/** A piece of a sentence: plain, stressed, or bad news. */
export interface Piece {
  text: string;
  tone: 'plain' | 'strong' | 'bad';
}

const plain = (text: string): Piece => ({ text, tone: 'plain' });
const strong = (text: string): Piece => ({ text, tone: 'strong' });
const bad = (text: string): Piece => ({ text, tone: 'bad' });

/** The sentence that opens a job: what it does, since when, what is wrong. */
export function sayJob(job: Job, now: number): Piece[] {
  const failed = job.tasks_error > 0 ? [plain(' '), bad(`${plural(job.tasks_error, 'task')} failed.`)] : [];
  const reason = job.reason ? [plain(` ${sentence(job.reason)}`)] : [];
  const toGo = tasksToGo(job);
  switch (job.state) {
    case 'done': {
      const time = elapsed(job.time_started, job.time_done, now);
      return [
        strong('Done'),
        plain(job.time_done ? ` at ${clock(job.time_done, now)}` : ''),
        plain(time === null ? '. ' : `, after ${tookInWords(time)}. `),
        plain(`${plural(job.tasks_done, 'task')} done${job.tasks_skipped > 0 ? `, ${grouped(job.tasks_skipped)} skipped` : ''}.`),
      ];
    }
    case 'error':
      return [
        bad(`Stopped: ${plural(job.tasks_error, 'task')} failed.`),
        plain(` Nothing else can run until ${job.tasks_error === 1 ? 'it is' : 'they are'} restarted or skipped.`),
      ];
    case 'paused':
      return [
        strong('Paused.'),
        plain(` ${plural(toGo, 'task')} to go${job.tasks_running > 0 ? `, ${grouped(job.tasks_running)} running now will finish` : ''}.`),
        ...failed,
      ];
    case 'running':
      return [
        plain('Running '), strong(plural(job.tasks_running, 'task')),
        plain(`, ${percent(job.progress)} done${job.time_started ? ` since ${clock(job.time_started, now)}` : ''}. `),
        plain(`${grouped(toGo)} of ${plural(job.tasks_total, 'task')} to go.`),
        ...failed, ...reason,
      ];
    default:
      return [
        strong(job.state === 'ready' ? 'Ready, nothing runs yet.' : 'Waits.'),
        ...(reason.length > 0 ? reason : [plain(` ${plural(toGo, 'task')} to go.`)]),
        ...failed,
      ];
  }
}

export function sayRender(render: Render, now: number): Piece[] {
  if (render.state === 'offline') {
    const silent = elapsed(render.last_seen, null, now);
    return [strong('Offline'), plain(silent === null ? '. It was never seen since the server started.' : `, last seen ${tookInWords(silent)} ago.`)];
  }
  if (render.tasks.length === 0) return [strong('Idle'), plain(', waits for work that it can do.')];
  const free = render.capacity - render.capacity_used;
  return [
    plain('Busy with '), strong(plural(render.tasks.length, 'task')),
    plain(`, ${grouped(render.capacity_used)} of ${grouped(render.capacity)} capacity in use${free > 0 ? `, ${grouped(free)} free` : ''}.`),
  ];
}

/** What the last column of a task says: how far it is, or how it went. */
export function sayTask(task: Task): Piece {
  if (task.state === 'running') return plain(task.activity || (task.progress > 0 ? '' : 'started'));
  const how = howItEnded(task.exit_code, task.reason);
  if (task.state === 'error') return bad(how || 'failed');
  if (task.state === 'done') return plain(task.exit_code === 0 && !task.reason ? '' : how);
  return plain(task.errors > 0 ? `${plural(task.errors, 'failure')}${how ? `, ${how}` : ''}` : how);
}

/** The reason in words; the exit code where the words do not name it. */
export function howItEnded(exitCode: number | null, reason: string | null): string {
  const words = reason ?? '';
  if (exitCode === null || new RegExp(`(^|\\D)${Math.abs(exitCode)}(\\D|$)`).test(words)) return words;
  return words === '' ? `exit code ${exitCode}` : `exit code ${exitCode}, ${words}`;
}

export function sayRun(run: Run): Piece {
  const how = run.reason ? `${run.outcome}: ${run.reason}` : run.outcome;
  return run.outcome === 'failed' || run.outcome === 'not started' ? bad(how) : plain(how);
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}
