import type { Changes, LiveMessage, LogText, Picture, Subscription, TaskRow } from '../contract/live';
import type { FarmCounts, Job, Render } from '../contract/rows';
import { LiveLink, type LinkState } from './link';
import { FarmServers } from './servers';

/** Drawn rows change at most four times a second: faster cannot be read. */
const drawEvery = 250;

export interface TaskNews {
  /** What is shown may be old: read it again. */
  reload(): void;
  tasks(rows: readonly TaskRow[], sequence: number): void;
}

/** The farm as this page knows it. Rows that did not change keep their identity, so only changed rows are drawn again. */
export class Farm {
  jobs = $state.raw<ReadonlyMap<number, Job>>(new Map());
  renders = $state.raw<ReadonlyMap<number, Render>>(new Map());
  counts = $state.raw<FarmCounts | null>(null);
  link = $state.raw<LinkState>({ phase: 'connecting', since: Date.now(), nextTryAt: null });
  /** Other servers of the farm that are asked now whether they lead it. */
  lookingAt = $state.raw<readonly string[]>([]);
  /** When the last word of the server was drawn: the age of everything on the page. */
  heardAt = $state.raw(Date.now());
  changesPerSecond = $state.raw(0);
  problem = $state.raw('');

  readonly taskNews = new Set<TaskNews>();
  readonly logNews = new Set<(text: LogText) => void>();

  private readonly live: LiveLink;
  private readonly servers: FarmServers;
  private waiting: LiveMessage[] = [];
  private drawnAt = 0;
  private drawTimer: number | undefined;
  private recentChanges: { at: number; count: number }[] = [];

  constructor(url: string) {
    this.servers = new FarmServers({
      looking: (at) => (this.lookingAt = at),
      gone: () => this.live.leave(),
    });
    this.live = new LiveLink(url, {
      message: (message) => this.receive(message),
      state: (state) => {
        this.link = state;
        this.servers.connection(state.phase === 'live');
      },
    });
  }

  start(): void {
    this.live.start();
  }

  subscribe(subscription: Subscription): void {
    this.live.subscribe(subscription);
  }

  tryNow(): void {
    this.live.tryNow();
  }

  get isLive(): boolean {
    return this.link.phase === 'live';
  }

  private receive(message: LiveMessage): void {
    this.waiting.push(message);
    if (this.drawTimer !== undefined) return;
    const wait = Math.max(0, this.drawnAt + drawEvery - performance.now());
    this.drawTimer = window.setTimeout(() => this.draw(), wait);
  }

  private draw(): void {
    this.drawTimer = undefined;
    this.drawnAt = performance.now();
    const messages = this.waiting;
    this.waiting = [];
    for (const message of messages) {
      switch (message.type) {
        case 'picture': this.replace(message); break;
        case 'changes': this.change(message); break;
        case 'log': for (const listener of this.logNews) listener(message); break;
        case 'problem': this.problem = message.detail; break;
      }
    }
    this.heardAt = Date.now();
    this.measure(messages);
  }

  private replace(picture: Picture): void {
    this.counts = picture.farm;
    if (picture.jobs) this.jobs = keepingSame(this.jobs, picture.jobs);
    if (picture.renders) this.renders = keepingSame(this.renders, picture.renders);
    for (const listener of this.taskNews) listener.reload();
  }

  private change(changes: Changes): void {
    if (changes.farm) this.counts = changes.farm;
    if (changes.jobs || changes.jobs_gone) this.jobs = changed(this.jobs, changes.jobs, changes.jobs_gone);
    if (changes.renders || changes.renders_gone) this.renders = changed(this.renders, changes.renders, changes.renders_gone);
    if (changes.tasks_reload) for (const listener of this.taskNews) listener.reload();
    if (changes.tasks) for (const listener of this.taskNews) listener.tasks(changes.tasks, changes.sequence);
  }

  private measure(messages: readonly LiveMessage[]): void {
    const now = Date.now();
    const count = messages.reduce((sum, message) => sum + rowsIn(message), 0);
    this.recentChanges = [...this.recentChanges.filter((one) => one.at > now - 5000), { at: now, count }];
    this.changesPerSecond = Math.round(this.recentChanges.reduce((sum, one) => sum + one.count, 0) / 5);
  }
}

function rowsIn(message: LiveMessage): number {
  if (message.type === 'log') return 1;
  if (message.type !== 'changes') return 0;
  return (message.jobs?.length ?? 0) + (message.renders?.length ?? 0) + (message.tasks?.length ?? 0);
}

/** A fresh picture after a new subscription is mostly what is known already: equal rows stay the same objects. */
function keepingSame<T extends { id: number }>(known: ReadonlyMap<number, T>, rows: readonly T[]): ReadonlyMap<number, T> {
  return new Map(rows.map((row) => {
    const before = known.get(row.id);
    return [row.id, before && JSON.stringify(before) === JSON.stringify(row) ? before : row];
  }));
}

function changed<T extends { id: number }>(known: ReadonlyMap<number, T>, rows: readonly T[] = [], gone: readonly number[] = []): ReadonlyMap<number, T> {
  const next = new Map(known);
  for (const row of rows) next.set(row.id, row);
  for (const id of gone) next.delete(id);
  return next;
}

const scheme = location.protocol === 'https:' ? 'wss' : 'ws';

export const farm = new Farm(`${scheme}://${location.host}/api/v1/live`);
