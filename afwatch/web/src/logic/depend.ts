import type { Block } from '../contract/rows';

export interface Dependency {
  /** Position of the block that must be finished first. */
  on: number;
  frameByFrame: boolean;
}

/** What each block waits for: the masks are regular expressions that match whole names of other blocks. */
export function dependencies(blocks: readonly Block[]): Dependency[][] {
  return blocks.map((block, own) => {
    const found = new Map<number, Dependency>();
    for (const [mask, frameByFrame] of [[block.tasks_depend_mask, true], [block.depend_mask, false]] as const) {
      for (const on of matching(blocks, own, mask)) found.set(on, { on, frameByFrame });
    }
    return [...found.values()].sort((a, b) => a.on - b.on);
  });
}

/** Column of each block when everything stands to the right of what it waits for. A circle, which the server refuses, ends the search. */
export function columns(waitsFor: readonly Dependency[][]): number[] {
  const column = waitsFor.map(() => 0);
  for (let round = 0; round < waitsFor.length; round++) {
    waitsFor.forEach((waits, block) => {
      column[block] = waits.reduce((most, wait) => Math.max(most, (column[wait.on] ?? 0) + 1), 0);
    });
  }
  return column;
}

/** "after frames, each after sim" (frame by frame); empty when the block waits for nothing. */
export function waitsInWords(waits: readonly Dependency[], blocks: readonly Block[]): string {
  const names = (frameByFrame: boolean) => waits.filter((wait) => wait.frameByFrame === frameByFrame).map((wait) => blocks[wait.on]?.name ?? '').join(', ');
  const whole = names(false);
  const each = names(true);
  return [whole && `after ${whole}`, each && `each after ${each}`].filter((part) => part).join(', ');
}

function matching(blocks: readonly Block[], own: number, mask: string): number[] {
  if (mask === '') return [];
  const pattern = whole(mask);
  return blocks.flatMap((block, index) => (index !== own && (pattern ? pattern.test(block.name) : block.name === mask) ? [index] : []));
}

function whole(mask: string): RegExp | null {
  try {
    return new RegExp(`^(?:${mask})$`);
  } catch {
    return null;
  }
}
