import type { Block, Job, Render } from '../src/contract/rows';

const noTasks = { tasks_total: 10, tasks_done: 0, tasks_running: 0, tasks_ready: 0, tasks_waiting: 0, tasks_error: 0, tasks_skipped: 0 };

export function job(change: Partial<Job> = {}): Job {
  return {
    ...noTasks, id: 1, serial: 1, name: 'job', user_name: 'user', host_name: '', priority: 50, state: 'ready', annotation: '', branch: '/', project: '',
    department: '', folders: {}, progress: 0, time_creation: null, time_started: null, time_done: null, reason: null, blocks: [], ...change,
  };
}

export function block(change: Partial<Block> = {}): Block {
  return {
    ...noTasks, block: 0, name: 'block', service: 'generic', numeric: true, frame_first: 1, frame_last: 10, frames_per_task: 1, frames_inc: 1, capacity: 1000,
    max_running_tasks: -1, depend_mask: '', tasks_depend_mask: '', command: '', working_directory: '', files: [], state: 'ready', progress: 0, strip: '', ...change,
  };
}

export function render(change: Partial<Render> = {}): Render {
  return {
    id: 1, name: 'rack1', host_name: 'rack1', os: 'linux', state: 'idle', capacity: 1000, capacity_used: 0, max_tasks: 1, services: [], cores: 8, memory_mb: 16384,
    version: '', connected_since: null, last_seen: null, load: null, tasks: [], ...change,
  };
}
