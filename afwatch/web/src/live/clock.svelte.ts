/** The viewer's clock, once a second, for everything that says "since" or "took". Nothing is asked of the server. */
class Clock {
  now = $state.raw(Date.now());

  start(): void {
    window.setInterval(() => (this.now = Date.now()), 1000);
  }
}

export const time = new Clock();
