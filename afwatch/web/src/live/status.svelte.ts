/** What the status bar says about the list in view. */
class Status {
  text = $state.raw('');
  /** Rows that would change their place if the list were sorted now. */
  moved = $state.raw(0);
  sortNow: (() => void) | null = null;
}

export const status = new Status();
