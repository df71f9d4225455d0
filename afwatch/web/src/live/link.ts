import type { LiveMessage, Subscription } from '../contract/live';

export type LinkPhase = 'connecting' | 'live' | 'offline';

export interface LinkState {
  phase: LinkPhase;
  /** When this phase began, and when the next try is due; milliseconds of the viewer's clock. */
  since: number;
  nextTryAt: number | null;
}

export interface LinkEvents {
  message(message: LiveMessage): void;
  state(state: LinkState): void;
}

const retryFirst = 500;
const retryMax = 5000;
/** A farm this quiet is asked whether it still lives: a broken cable says nothing by itself. */
const quietMax = 30_000;
const answerMax = 10_000;

/** The one WebSocket of the page. Keeps the subscription across reconnects, each of which brings a fresh picture. */
export class LiveLink {
  private socket: WebSocket | null = null;
  private subscription: Subscription = {};
  private retryAfter = retryFirst;
  private phase: LinkPhase = 'connecting';
  private since = Date.now();
  private retryTimer: number | undefined;
  private quietTimer: number | undefined;

  constructor(private readonly url: string, private readonly events: LinkEvents) {}

  start(): void {
    this.open();
    window.addEventListener('online', () => this.tryNow());
  }

  subscribe(subscription: Subscription): void {
    this.subscription = subscription;
    if (this.socket?.readyState === WebSocket.OPEN) this.send();
  }

  tryNow(): void {
    if (this.socket) return;
    window.clearTimeout(this.retryTimer);
    this.open();
  }

  /** The server is known to be of no more use, although the connection says nothing. */
  leave(): void {
    if (this.socket) this.lost();
  }

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.expectWordWithin(answerMax);
    socket.onopen = () => this.send();
    socket.onmessage = (event: MessageEvent<string>) => {
      if (this.socket === socket) this.receive(event.data);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  private send(): void {
    this.socket?.send(JSON.stringify({ subscribe: this.subscription }));
    this.expectWordWithin(answerMax);
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as LiveMessage;
    if (message.type === 'picture') {
      this.retryAfter = retryFirst;
      this.enter('live', null);
    }
    this.expectWordWithin(quietMax);
    this.events.message(message);
  }

  private expectWordWithin(milliseconds: number): void {
    window.clearTimeout(this.quietTimer);
    this.quietTimer = window.setTimeout(() => {
      if (milliseconds === quietMax) this.send();
      else this.lost();
    }, milliseconds);
  }

  private lost(): void {
    window.clearTimeout(this.quietTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.enter('offline', Date.now() + this.retryAfter);
    this.retryTimer = window.setTimeout(() => this.open(), this.retryAfter);
    this.retryAfter = Math.min(this.retryAfter * 2, retryMax);
  }

  private enter(phase: LinkPhase, nextTryAt: number | null): void {
    if (phase !== this.phase) this.since = Date.now();
    this.phase = phase;
    this.events.state({ phase, since: this.since, nextTryAt });
  }
}
