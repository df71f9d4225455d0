import type { Job, Render } from '../contract/rows';
import { jobIsIn } from './states';

/** One word of a filter: `user:anna,bo`, `prio>70`, `-state:done`, `name~sh0[1-3]` or a free word. */
export interface Term {
  negated: boolean;
  key: string;
  operator: string;
  value: string;
}

const termPattern = /^([a-z]+)(>=|<=|:|~|=|>|<)(.*)$/i;

const jobKeys: Record<string, (job: Job, term: Term) => boolean> = {
  user: (job, term) => startsWithAny(job.user_name, term),
  state: (job, term) => values(term).some((state) => jobIsIn(job, state)),
  name: (job, term) => textMatches(job.name, term),
  project: (job, term) => startsWithAny(job.project, term),
  branch: (job, term) => textMatches(job.branch, term),
  dept: (job, term) => startsWithAny(job.department, term),
  service: (job, term) => job.blocks.some((block) => startsWithAny(block.service, term)),
  why: (job, term) => textMatches(job.reason ?? '', term),
  prio: (job, term) => numberMatches(job.priority, term),
  errors: (job, term) => numberMatches(job.tasks_error, term),
  tasks: (job, term) => numberMatches(job.tasks_total, term),
  running: (job, term) => numberMatches(job.tasks_running, term),
  done: (job, term) => numberMatches(job.progress, term),
};

const renderKeys: Record<string, (render: Render, term: Term) => boolean> = {
  state: (render, term) => values(term).includes(render.state),
  name: (render, term) => textMatches(render.name, term),
  service: (render, term) => render.services.some((service) => startsWithAny(service, term)),
  user: (render, term) => render.tasks.some((task) => startsWithAny(task.user_name, term)),
  job: (render, term) => render.tasks.some((task) => textMatches(task.job_name, term)),
  cores: (render, term) => numberMatches(render.cores, term),
  mem: (render, term) => numberMatches(render.memory_mb / 1024, term),
  tasks: (render, term) => numberMatches(render.tasks.length, term),
};

/** Splits a filter into its terms. A word with a key that nobody knows is a free word, so "C:/shot" finds itself. */
export function parseFilter(text: string, keys: readonly string[] = Object.keys(jobKeys)): Term[] {
  return text.split(/\s+/).filter((word) => word !== '' && word !== '-').map((word) => {
    const negated = word.startsWith('-');
    const body = negated ? word.slice(1) : word;
    const match = termPattern.exec(body);
    const key = match?.[1]?.toLowerCase() ?? '';
    if (!match || !keys.includes(key)) return { negated, key: '', operator: '', value: body };
    return { negated, key, operator: match[2] ?? '', value: match[3] ?? '' };
  });
}

export function jobMatches(job: Job, terms: readonly Term[]): boolean {
  return terms.every((term) => {
    if (isUnfinished(term)) return true;
    const found = term.key === ''
      ? contains(`${job.name} ${job.user_name} ${job.branch} ${job.annotation}`, term.value)
      : jobKeys[term.key]?.(job, term) ?? true;
    return found !== term.negated;
  });
}

export function renderMatches(render: Render, terms: readonly Term[]): boolean {
  return terms.every((term) => {
    if (isUnfinished(term)) return true;
    const found = term.key === ''
      ? contains(`${render.name} ${render.host_name} ${render.os} ${render.services.join(' ')}`, term.value)
      : renderKeys[term.key]?.(render, term) ?? true;
    return found !== term.negated;
  });
}

export const renderFilterKeys: readonly string[] = Object.keys(renderKeys);

/** The states that the text asks for: what the facets show as pressed. */
export function statesIn(text: string): string[] {
  return parseFilter(text, ['state']).filter((term) => term.key === 'state' && !term.negated).flatMap(values);
}

/** Adds or removes one state in the text; the facets are only a way to type. */
export function toggleState(text: string, state: string): string {
  const now = statesIn(text);
  const next = now.includes(state) ? now.filter((word) => word !== state) : [...now, state];
  const rest = text.split(/\s+/).filter((word) => word !== '' && !/^state[:=]/i.test(word));
  return (next.length > 0 ? [...rest, `state:${next.join(',')}`] : rest).join(' ');
}

/** The text cut into pieces for drawing: known terms get a chip, everything else stays plain. */
export function filterPieces(text: string, keys: readonly string[]): { text: string; key: string; negated: boolean }[] {
  return text.split(/(\s+)/).filter((piece) => piece !== '').map((piece) => {
    const [term] = parseFilter(piece, keys);
    if (!term || term.key === '') return { text: piece, key: '', negated: false };
    const head = piece.length - term.value.length;
    return { text: piece.slice(head), key: piece.slice(0, head), negated: term.negated };
  });
}

// While somebody types "prio>" or "name~(" the list stays as it is.
function isUnfinished(term: Term): boolean {
  if (term.key === '') return term.value === '';
  if (values(term).length === 0) return true;
  if (term.operator === '~') return pattern(term.value) === null;
  if (isComparison(term.operator)) return !Number.isFinite(Number(term.value));
  return false;
}

function isComparison(operator: string): boolean {
  return operator === '>' || operator === '<' || operator === '>=' || operator === '<=';
}

function values(term: Term): string[] {
  return term.value.toLowerCase().split(',').filter((value) => value !== '');
}

function contains(text: string, word: string): boolean {
  return text.toLowerCase().includes(word.toLowerCase());
}

function startsWithAny(text: string, term: Term): boolean {
  if (term.operator === '~') return textMatches(text, term);
  const lower = text.toLowerCase();
  return values(term).some((value) => lower.startsWith(value));
}

function textMatches(text: string, term: Term): boolean {
  if (term.operator === '~') return pattern(term.value)?.test(text) ?? true;
  return values(term).some((value) => contains(text, value));
}

function pattern(source: string): RegExp | null {
  try {
    return new RegExp(source, 'i');
  } catch {
    return null;
  }
}

function numberMatches(actual: number, term: Term): boolean {
  if (!isComparison(term.operator)) return values(term).some((value) => actual === Number(value));
  const wanted = Number(term.value);
  switch (term.operator) {
    case '>': return actual > wanted;
    case '<': return actual < wanted;
    case '>=': return actual >= wanted;
    default: return actual <= wanted;
  }
}
