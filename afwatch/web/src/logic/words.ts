/** Numbers and times as words. Times are the viewer's clock, 24 h. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** 109625 becomes "109 625", with a narrow no-break space. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** 100% only when all is done, 0% only when nothing is. */
export function percent(value: number): string {
  if (value <= 0) return '0%';
  if (value < 1) return '<1%';
  return `${value >= 100 ? 100 : Math.floor(value)}%`;
}

/** "42 s", "3:05" (minutes and seconds), "2h07", "3d 4h": short enough for a cell. */
export function took(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor(seconds / 3600) % 24}h`;
}

/** The same for a sentence: "42 seconds", "3 min 5 s", "2 h 7 min", "3 days 4 h". */
export function tookInWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return plural(seconds, 'second');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${plural(Math.floor(seconds / 86_400), 'day')} ${Math.floor(seconds / 3600) % 24} h`;
}

/** "14:05" today, "Fri 14:05" within six days, "2026-11-03" before that. */
export function clock(time: string | null, now: number, withSeconds = false): string {
  const date = parse(time);
  if (!date) return '';
  const at = `${two(date.getHours())}:${two(date.getMinutes())}${withSeconds ? `:${two(date.getSeconds())}` : ''}`;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (date.getTime() >= midnight && date.getTime() < midnight + day) return at;
  if (date.getTime() >= midnight - 6 * day && date.getTime() < midnight) return `${weekdays[date.getDay()]} ${at}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The whole time with its zone, for tooltips. */
export function fullTime(time: string | null): string {
  const date = parse(time);
  if (!date) return '';
  const offset = -date.getTimezoneOffset();
  const zone = `UTC${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `
    + `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}

/** Milliseconds between two times; the end is now while there is none; null when it has not begun. */
export function elapsed(started: string | null, ended: string | null, now: number): number | null {
  const begin = parse(started)?.getTime();
  if (begin === undefined) return null;
  return Math.max(0, (parse(ended)?.getTime() ?? now) - begin);
}

export function megabytes(value: number): string {
  return value >= 1024 * 1024 ? `${(value / 1024 / 1024).toFixed(1)} TB` : value >= 10_240 ? `${Math.round(value / 1024)} GB` : value >= 1024 ? `${(value / 1024).toFixed(1)} GB` : `${Math.round(value)} MB`;
}

export function bytes(value: number): string {
  if (value < 1024) return plural(value, 'byte');
  return value < 1024 * 1024 ? `${Math.round(value / 1024)} KB` : `${(value / 1024 / 1024).toFixed(1)} MB`;
}

function parse(time: string | null): Date | null {
  if (!time) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
