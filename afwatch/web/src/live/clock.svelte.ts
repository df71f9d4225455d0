/** Less than this is no difference: the server's clock is known to a second, and answers take their time. */
const differenceMin = 3000;

/** A clock that ticks once a second, for everything that says "since" or "took". Nothing is asked of the server for it. */
class Clock {
  /** The viewer's clock. */
  now = $state.raw(Date.now());
  /** How far the server's clock is ahead of the viewer's; rows carry the server's times. */
  private ahead = $state.raw(0);

  get server(): number {
    return this.now + this.ahead;
  }

  /** Takes the date of an answer. */
  serverSays(date: string | null): void {
    const difference = date === null ? 0 : Date.parse(date) - Date.now();
    this.ahead = Math.abs(difference) > differenceMin ? difference : 0;
  }

  start(): void {
    window.setInterval(() => (this.now = Date.now()), 1000);
  }
}

export const time = new Clock();
