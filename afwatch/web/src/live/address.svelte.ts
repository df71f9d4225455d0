import { formatRoute, parseRoute, type Route } from '../logic/route';

/** What is shown is what the address says: back, forward, a bookmark and a link in a chat all work. */
class Address {
  route = $state.raw<Route>(parseRoute(location.hash));

  start(): void {
    window.addEventListener('hashchange', () => (this.route = parseRoute(location.hash)));
  }

  /** Opening something can be gone back from; walking through a list and typing a filter cannot. */
  go(change: Partial<Route>, how: 'open' | 'walk' = 'open'): void {
    const route = { ...this.route, ...change };
    if (how === 'open') history.pushState(null, '', formatRoute(route));
    else history.replaceState(null, '', formatRoute(route));
    this.route = route;
  }
}

export const address = new Address();
