import type { TaskRow } from '../contract/live';
import type { Task } from '../contract/rows';
import { farm } from './farm.svelte';
import { readTasks, Refusal } from './rest';

const pageSize = 100;
/** Pages kept; the farthest from the window go first. A block of a million tasks never costs more than this. */
const pagesMax = 50;
/** A list filtered by state is read again when its members change, but not more often than this. */
const refreshEvery = 1000;

/** The tasks of one block as a window: pages by REST as they come into view, changes from the live stream. */
export class TaskWindow {
  total = $state.raw(0);
  /** Grows with every change, so that drawn rows look again. */
  version = $state.raw(0);
  problem = $state.raw('');

  private pages = new Map<number, Task[]>();
  private reading = new Set<number>();
  private stale = new Set<number>();
  /** Live rows that arrived while a page was being read, with their sequence: the page may be older than they are. */
  private fresh = new Map<number, { row: Task; sequence: number }>();
  private first = 0;
  private last = 0;
  private refreshTimer: number | undefined;
  private closed = false;

  constructor(readonly job: number, readonly block: number, readonly state: string) {
    farm.taskNews.add(this.news);
    this.need(0, 30);
  }

  private readonly news = {
    reload: () => this.readAgain(),
    tasks: (rows: readonly TaskRow[], sequence: number) => this.take(rows, sequence),
  };

  close(): void {
    this.closed = true;
    farm.taskNews.delete(this.news);
    window.clearTimeout(this.refreshTimer);
  }

  row(index: number): Task | undefined {
    void this.version;
    return this.pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Place of a task in the list, when it is known: always without a state filter, else if its page is here. */
  indexOf(task: number): number {
    if (this.state === '') return task;
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex((row) => row.task === task);
      if (at >= 0) return page * pageSize + at;
    }
    return -1;
  }

  find(task: number): Task | undefined {
    const index = this.indexOf(task);
    return index < 0 ? undefined : this.row(index);
  }

  /** Says which rows are in view; reads what is missing there. */
  need(first: number, last: number): void {
    this.first = first;
    this.last = last;
    for (let page = Math.floor(first / pageSize); page <= Math.floor(Math.max(first, last - 1) / pageSize); page++) {
      if (!this.pages.has(page) || this.stale.has(page)) void this.read(page);
    }
  }

  private take(rows: readonly TaskRow[], sequence: number): void {
    let seen = false;
    let strangers = false;
    for (const row of rows) {
      if (row.job !== this.job || row.block !== this.block) continue;
      if (this.reading.size > 0) this.fresh.set(row.task, { row, sequence });
      const index = this.indexOf(row.task);
      const page = index < 0 ? undefined : this.pages.get(Math.floor(index / pageSize));
      if (page && index % pageSize < page.length) {
        page[index % pageSize] = row;
        seen = true;
      }
      strangers ||= this.state !== '' && (row.state === this.state) !== (index >= 0);
    }
    if (seen) this.version++;
    if (strangers && this.refreshTimer === undefined) {
      this.refreshTimer = window.setTimeout(() => {
        this.refreshTimer = undefined;
        this.readAgain();
      }, refreshEvery);
    }
  }

  private readAgain(): void {
    for (const page of this.pages.keys()) this.stale.add(page);
    this.need(this.first, this.last);
  }

  private async read(page: number): Promise<void> {
    if (this.reading.has(page)) return;
    this.reading.add(page);
    this.stale.delete(page);
    try {
      const answer = await readTasks(this.job, this.block, this.state, page * pageSize, pageSize);
      if (this.closed) return;
      this.pages.set(page, answer.tasks.map((row) => {
        const live = this.fresh.get(row.task);
        return live && live.sequence > answer.sequence ? live.row : row;
      }));
      this.total = answer.total;
      this.problem = '';
      this.forgetFarPages();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.problem = error.message;
    } finally {
      this.reading.delete(page);
      if (this.reading.size === 0) this.fresh.clear();
    }
    this.version++;
  }

  private forgetFarPages(): void {
    if (this.pages.size <= pagesMax) return;
    const middle = (this.first + this.last) / 2 / pageSize;
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, this.pages.size - pagesMax)) this.pages.delete(page);
  }
}
