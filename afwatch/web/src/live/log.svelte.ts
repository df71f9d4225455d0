import type { LogText } from '../contract/live';
import { LogLines, type LogChunk } from '../logic/logtext';
import { farm } from './farm.svelte';
import { readLog, Refusal, taskPath } from './rest';

/** The server serves logs in pieces of this size; a log is never loaded whole. */
const pieceBytes = 64 * 1024;

let last: TaskLog | undefined;

/** The log of one task: the newest run live, older runs and older text by REST. */
export class TaskLog {
  chunks = $state.raw<readonly LogChunk[]>([]);
  /** The run shown; 0 while nothing has been heard. */
  run = $state.raw(0);
  newest = $state.raw(0);
  /** Bytes before the first line shown. */
  before = $state.raw(0);
  ended = $state.raw(false);
  reading = $state.raw(false);
  problem = $state.raw('');

  private lines = new LogLines();
  private readonly path: string;

  private constructor(readonly job: number, readonly block: number, readonly task: number) {
    this.path = taskPath(job, block, task);
  }

  /** The log of a task. The one that was open last is kept: who comes back to it goes on where it was. */
  static of(job: number, block: number, task: number): TaskLog {
    if (last?.job === job && last.block === block && last.task === task) return last;
    if (last) farm.logNews.delete(last.news);
    last = new TaskLog(job, block, task);
    farm.logNews.add(last.news);
    return last;
  }

  private readonly news = (text: LogText) => this.take(text);

  get isLive(): boolean {
    return this.run === this.newest && !this.ended;
  }

  /** Shows another run. The newest one goes on by itself, any other stands still. */
  async show(run: number): Promise<void> {
    if (run === this.run) return;
    this.restart(run);
    await this.reads(async () => {
      const part = await readLog(this.path, run, -pieceBytes, null);
      if (run !== this.run) return;
      this.lines.take(new TextDecoder().decode(part.bytes), part.offset);
    });
  }

  /** Reads the piece before the first line shown. */
  async older(): Promise<void> {
    const end = this.lines.start;
    if (this.reading || end === 0) return;
    const run = this.run;
    await this.reads(async () => {
      const from = Math.max(0, end - pieceBytes);
      const part = await readLog(this.path, run, from, end);
      if (run === this.run && end === this.lines.start) this.lines.prepend(part.bytes, part.offset);
    });
  }

  private take(text: LogText): void {
    if (text.job !== this.job || text.block !== this.block || text.task !== this.task) return;
    const following = this.run === this.newest;
    if (text.run > this.newest) this.newest = text.run;
    if (!following && text.run !== this.run) return;
    if (text.run < this.run) return;
    if (text.run > this.run) this.restart(text.run);
    this.lines.take(text.text, text.offset);
    this.ended = text.ended;
    this.publish();
  }

  private restart(run: number): void {
    this.lines = new LogLines();
    this.run = run;
    this.ended = run !== this.newest;
    this.publish();
  }

  private async reads(read: () => Promise<void>): Promise<void> {
    this.reading = true;
    try {
      await read();
      this.problem = '';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.problem = error.message;
    } finally {
      this.reading = false;
      this.publish();
    }
  }

  private publish(): void {
    this.chunks = this.lines.chunks;
    this.before = this.lines.start;
  }
}
