import { untrack } from 'svelte';
import { heldOrder } from '../logic/order';
import { status } from './status.svelte';
import { time } from './clock.svelte';

/** Nothing moves under the hand: rows keep their places for this long after the pointer or a key was in the list. */
const handTime = 10_000;

/** The rows of a list in the order they are shown, which is the wanted order unless somebody is at work in the list. */
export class HeldRows<T extends { id: number }> {
  rows = $state.raw<readonly T[]>([]);
  gone = $state.raw<ReadonlySet<number>>(new Set());

  private handAt = $state.raw(0);
  private atTop = $state.raw(true);
  private shown: readonly number[] = [];
  private key = '';
  private readonly known = new Map<number, T>();

  /** `wanted` in order; `all` by id, also rows outside the filter; a new `key` (filter, sort) is always sorted at once. */
  constructor(wanted: () => readonly T[], all: () => ReadonlyMap<number, T>, key: () => string, isChosen: () => boolean) {
    const holds = $derived(time.now - this.handAt < handTime && !(this.atTop && !isChosen()));
    $effect.pre(() => this.arrange(wanted(), all(), key(), holds));
    $effect(() => {
      status.sortNow = () => {
        this.handAt = 0;
        this.arrange(wanted(), all(), key(), false);
      };
      return () => {
        status.sortNow = null;
        status.moved = 0;
      };
    });
  }

  hand(): void {
    this.handAt = Date.now();
  }

  top(isAtTop: boolean): void {
    this.atTop = isAtTop;
  }

  private arrange(wanted: readonly T[], all: ReadonlyMap<number, T>, key: string, holds: boolean): void {
    untrack(() => {
      const ids = wanted.map((row) => row.id);
      const isFree = !holds || key !== this.key || this.shown.length === 0;
      this.key = key;
      const { moved, gone } = isFree ? { moved: 0, gone: new Set<number>() } : heldOrder(this.shown, ids);
      if (isFree) this.shown = ids;
      this.rows = this.shown.flatMap((id) => {
        const row = all.get(id) ?? this.known.get(id);
        return row ? [row] : [];
      });
      this.known.clear();
      for (const row of this.rows) this.known.set(row.id, row);
      this.gone = gone;
      status.moved = moved;
    });
  }
}
