import type { Job, Task } from '../contract/rows';
import { tasksToGo } from '../logic/states';
import { plural } from '../logic/words';
import { readTasks } from '../live/rest';
import { ui } from '../live/ui.svelte';

/** What can be done to a job. What loses work asks once and names the loss. */
export const jobActions = {
  pauseOrResume(job: Job): void {
    const paused = job.state === 'paused';
    const there = () => void ui.act(job.id, { operation: paused ? 'resume' : 'pause' }, `${paused ? 'Resumed' : 'Paused'} ${job.name}`, back);
    const back = () => void ui.act(job.id, { operation: paused ? 'pause' : 'resume' }, `${paused ? 'Paused' : 'Resumed'} ${job.name} again`);
    there();
  },

  restartErrors(job: Job): void {
    void ui.act(job.id, { operation: 'restart_errors' }, `Restarted ${plural(job.tasks_error, 'failed task')} of ${job.name}`);
  },

  async skipErrors(job: Job): Promise<void> {
    for (const block of job.blocks) {
      if (block.tasks_error === 0) continue;
      const tasks = await failedTasks(job.id, block.block, block.tasks_error);
      await ui.act(job.id, { operation: 'skip', blocks: [block.block], tasks }, `Skipped ${plural(tasks.length, 'failed task')} of ${block.name}`);
    }
  },

  stop(job: Job): void {
    ui.ask({
      title: `Stop ${job.name}?`,
      text: `${plural(job.tasks_running, 'running task')} will be ended and what they did so far is lost. The job is paused; resume it to go on.`,
      verb: `Stop ${plural(job.tasks_running, 'task')}`,
      act: () => void ui.act(job.id, { operation: 'stop' }, `Stopped ${job.name}`),
    });
  },

  remove(job: Job): void {
    const running = job.tasks_running > 0 ? ` ${plural(job.tasks_running, 'running task')} will be ended.` : '';
    const left = tasksToGo(job) > 0 ? ` ${plural(tasksToGo(job), 'task')} will not be rendered.` : '';
    ui.ask({
      title: `Delete ${job.name}?`,
      text: `The job and its logs leave the farm for good.${running}${left} Rendered files stay where they are.`,
      verb: 'Delete the job',
      act: () => void ui.act(job.id, { operation: 'delete' }, `Deleted ${job.name}`),
    });
  },
};

export const taskActions = {
  restart(job: number, block: number, task: Task): void {
    const act = () => void ui.act(job, { operation: 'restart', blocks: [block], tasks: [task.task] }, `Restarted ${task.name}`);
    if (task.state !== 'running') return act();
    ui.ask({
      title: `Restart ${task.name}?`,
      text: 'It is running. What it did so far is lost.',
      verb: 'Restart the task',
      act,
    });
  },

  skip(job: number, block: number, task: Task): void {
    void ui.act(job, { operation: 'skip', blocks: [block], tasks: [task.task] }, `Skipped ${task.name}`);
  },
};

async function failedTasks(job: number, block: number, limit: number): Promise<number[]> {
  const page = await readTasks(job, block, 'error', 0, Math.min(limit, 1000));
  return page.tasks.map((task) => task.task);
}
