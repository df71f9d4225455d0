/** The rows that afserver sends, as they stand on the wire (REST and /api/v1/live). */

export type TaskState = 'waiting' | 'ready' | 'running' | 'done' | 'error' | 'skipped';
export type JobState = 'waiting' | 'ready' | 'running' | 'error' | 'done' | 'paused';
export type RenderState = 'busy' | 'idle' | 'offline';

export interface TaskCounts {
  tasks_total: number;
  tasks_done: number;
  tasks_running: number;
  tasks_ready: number;
  tasks_waiting: number;
  tasks_error: number;
  tasks_skipped: number;
}

export interface Block extends TaskCounts {
  block: number;
  name: string;
  service: string;
  numeric: boolean;
  frame_first: number;
  frame_last: number;
  frames_per_task: number;
  frames_inc: number;
  capacity: number;
  max_running_tasks: number;
  depend_mask: string;
  tasks_depend_mask: string;
  command: string;
  working_directory: string;
  files: string[];
  state: JobState;
  progress: number;
  /** Task states in task order, run by run: "done:12,running:2,ready:86"; ends with ",…" when cut. */
  strip: string;
}

export interface Job extends TaskCounts {
  id: number;
  serial: number;
  name: string;
  user_name: string;
  host_name: string;
  priority: number;
  state: JobState;
  annotation: string;
  branch: string;
  project: string;
  department: string;
  folders: Record<string, string>;
  progress: number;
  time_creation: string | null;
  time_started: string | null;
  time_done: string | null;
  reason: string | null;
  blocks: Block[];
}

export interface Task {
  task: number;
  name: string;
  state: TaskState;
  run: number;
  render: string | null;
  started: string | null;
  ended: string | null;
  progress: number;
  frame: number | null;
  activity: string | null;
  exit_code: number | null;
  reason: string | null;
  errors: number;
  /** Null for listed tasks. */
  frame_first: number | null;
  frame_last: number | null;
}

export type RunOutcome = 'done' | 'failed' | 'stopped' | 'not started' | 'render lost' | 'running';

export interface Run {
  run: number;
  render: string | null;
  started: string | null;
  ended: string | null;
  outcome: RunOutcome;
  exit_code: number | null;
  reason: string | null;
}

export interface RenderTask {
  job: number;
  block: number;
  task: number;
  run: number;
  job_name: string;
  block_name: string;
  task_name: string;
  service: string;
  user_name: string;
  started: string | null;
  progress: number;
  capacity: number;
}

export interface RenderLoad {
  cpu_percent: number;
  load_average: number;
  memory_total_mb: number;
  memory_free_mb: number;
  swap_total_mb: number;
  swap_used_mb: number;
  disk_total_gb: number;
  disk_free_gb: number;
  net_receive_kb_s: number;
  net_send_kb_s: number;
}

export interface Render {
  id: number;
  name: string;
  host_name: string;
  os: string;
  state: RenderState;
  capacity: number;
  capacity_used: number;
  max_tasks: number;
  services: string[];
  cores: number;
  memory_mb: number;
  version: string;
  connected_since: string | null;
  last_seen: string | null;
  load: RenderLoad | null;
  tasks: RenderTask[];
}

export interface FarmCounts {
  jobs_total: number;
  jobs_active: number;
  renders_online: number;
  renders_busy: number;
  renders_total: number;
  tasks_running: number;
  tasks_ready: number;
  tasks_waiting: number;
  tasks_error: number;
  version: string;
}

export interface WhyNot {
  job: number;
  state: string;
  reason: string;
  renders: number;
  excluded: { reason: string; count: number; detail: string }[];
}
