import { merged, named, placeAt, type Health } from '../logic/servers';

export interface ServersEvents {
  /** The servers that are asked now whether they lead the farm; none while there is a connection. */
  looking(at: readonly string[]): void;
  /** The server of this page says nothing any more, or leads the farm no longer. */
  gone(): void;
}

const storage = 'afwatch.servers';
/** A server that is only restarted is back within this time, and nobody has to move. */
const patience = 2000;
const lookAgain = 1000;
/** A server says how it is within milliseconds; a halted one never does. */
const answerMax = 2000;
/** A farm with a standby is asked often, so that a halted leader is left soon; one without only so that a new standby is known. */
const learnAgain = 4000;
const learnAgainAlone = 60_000;

/** The other servers of the farm: learnt while the connection is good, asked when it is lost. The page goes to the one that leads. */
export class FarmServers {
  private known: readonly string[] = stored();
  private timer: number | undefined;
  /** Grows with each change of the connection; what was begun before it has no say any more. */
  private era = 0;
  private connected: boolean | null = null;

  constructor(private readonly events: ServersEvents) {}

  connection(isLive: boolean): void {
    if (isLive === this.connected) return;
    this.connected = isLive;
    window.clearTimeout(this.timer);
    const era = ++this.era;
    this.events.looking([]);
    if (isLive) void this.learn(era);
    else this.timer = window.setTimeout(() => void this.look(era), patience);
  }

  private async learn(era: number): Promise<void> {
    const health = await ask(location.origin);
    if (era !== this.era) return;
    if (health?.status === 'ok') this.keep(merged([], named(health), location.origin));
    else if (health && this.known.length > 0) {
      this.events.gone();
      return;
    } else if (await this.moved(era)) return;
    if (era === this.era) this.timer = window.setTimeout(() => void this.learn(era), this.known.length > 0 ? learnAgain : learnAgainAlone);
  }

  private async look(era: number): Promise<void> {
    if (this.known.length === 0) return;
    this.events.looking(this.known);
    if (await this.moved(era) || era !== this.era) return;
    this.timer = window.setTimeout(() => void this.look(era), lookAgain);
  }

  /** Goes to the server that leads the farm, if another one does. */
  private async moved(era: number): Promise<boolean> {
    const leader = await Promise.any(this.known.map((origin) => this.leads(origin))).catch(() => null);
    if (leader === null || era !== this.era) return false;
    location.replace(placeAt(leader, location));
    return true;
  }

  private async leads(origin: string): Promise<string> {
    const health = await ask(origin);
    if (health?.status === 'ok') return origin;
    if (health) this.keep(merged(this.known, named(health), location.origin));
    throw new Error(origin);
  }

  private keep(known: readonly string[]): void {
    this.known = known;
    sessionStorage.setItem(storage, JSON.stringify(known));
  }
}

/** What a server says of itself; null when it says nothing that this page understands. */
async function ask(origin: string): Promise<Health | null> {
  try {
    const response = await fetch(`${origin}/health`, { cache: 'no-store', signal: AbortSignal.timeout(answerMax) });
    return (await response.json()) as Health;
  } catch {
    return null;
  }
}

function stored(): readonly string[] {
  const text = sessionStorage.getItem(storage);
  return text === null ? [] : merged([], JSON.parse(text) as string[], location.origin);
}
