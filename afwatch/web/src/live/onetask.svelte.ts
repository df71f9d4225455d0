import type { TaskRow } from '../contract/live';
import type { Run, Task } from '../contract/rows';
import { farm } from './farm.svelte';
import { readRuns, readTask, Refusal } from './rest';

/** One task and its runs, kept current by the live stream. */
export class OneTask {
  task = $state.raw<Task | null>(null);
  runs = $state.raw<readonly Run[]>([]);
  problem = $state.raw('');

  private closed = false;

  constructor(readonly job: number, readonly block: number, readonly index: number) {
    farm.taskNews.add(this.news);
    void this.read();
  }

  private readonly news = {
    reload: () => void this.read(),
    tasks: (rows: readonly TaskRow[]) => {
      const row = rows.findLast((one) => one.job === this.job && one.block === this.block && one.task === this.index);
      if (!row) return;
      const before = this.task;
      this.task = row;
      if (before?.run !== row.run || before.state !== row.state) void this.readRuns();
    },
  };

  close(): void {
    this.closed = true;
    farm.taskNews.delete(this.news);
  }

  private async read(): Promise<void> {
    await this.guard(async () => {
      const task = await readTask(this.job, this.block, this.index);
      if (!this.closed) this.task = task;
    });
    await this.readRuns();
  }

  private async readRuns(): Promise<void> {
    await this.guard(async () => {
      const runs = await readRuns(this.job, this.block, this.index);
      if (!this.closed) this.runs = [...runs].sort((a, b) => b.run - a.run);
    });
  }

  private async guard(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.problem = '';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.problem = error.message;
    }
  }
}
