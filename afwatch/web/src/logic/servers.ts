/** What a server says of itself and of the other servers of its farm. */
export interface Health {
  status: string;
  leader?: string | null;
  servers?: { address: string; role: string }[];
}

/** A farm has two or three servers; a list that never ends is no list. */
const serversMax = 16;

/** The servers that this answer names, without the one that gave it: who says "ok" is the leader, whatever its name is there. */
export function named(health: Health): string[] {
  const servers = (health.servers ?? []).filter((server) => !(health.status === 'ok' && server.role === 'leader'));
  return distinct([health.status === 'ok' ? null : health.leader ?? null, ...servers.map((server) => server.address)]);
}

/** Known servers first, then those that are new; never the one this page came from. */
export function merged(known: readonly string[], more: readonly string[], own: string): string[] {
  return distinct([...known, ...more]).filter((origin) => origin !== own).slice(0, serversMax);
}

/** The same place of the page, at another server. */
export function placeAt(origin: string, place: { pathname: string; search: string; hash: string }): string {
  return origin + place.pathname + place.search + place.hash;
}

/** Origins as people write them: without the scheme. */
export function hosts(origins: readonly string[]): string {
  return origins.map((origin) => origin.replace(/^https?:\/\//, '')).join(', ');
}

function distinct(addresses: readonly (string | null)[]): string[] {
  return [...new Set(addresses.flatMap((address) => originOf(address) ?? []))];
}

function originOf(address: string | null): string | null {
  if (typeof address !== 'string' || !/^https?:\/\//.test(address) || !URL.canParse(address)) return null;
  return new URL(address).origin;
}
