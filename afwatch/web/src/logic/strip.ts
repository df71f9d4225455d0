import type { TaskState } from '../contract/rows';

export interface StripRun {
  state: TaskState;
  count: number;
}

export interface Strip {
  runs: StripRun[];
  /** Tasks that the runs describe; fewer than the block has when the strip was cut. */
  known: number;
}

const states: readonly string[] = ['waiting', 'ready', 'running', 'done', 'error', 'skipped'];

/** Reads "done:12,running:2,ready:86". What is not understood ends the strip: the rest counts as unknown. */
export function parseStrip(text: string): Strip {
  const runs: StripRun[] = [];
  let known = 0;
  for (const part of text.split(',')) {
    const [state, digits] = part.split(':');
    const count = Number(digits);
    if (!state || !states.includes(state) || !Number.isInteger(count) || count < 1) break;
    runs.push({ state: state as TaskState, count });
    known += count;
  }
  return { runs, known };
}

/** How many tasks one cell stands for, so that a block of any size fits: 1, 2, 5, 10, 20, 50 … */
export function tasksPerCell(total: number, cellsMax: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const step of [1, 2, 5]) {
      if (Math.ceil(total / (decade * step)) <= cellsMax) return decade * step;
    }
  }
}

/** One state per cell, null where the strip says nothing. An error is never averaged away, nor is a running task. */
export function stripCells(strip: Strip, total: number, perCell: number): (TaskState | null)[] {
  const cells: (TaskState | null)[] = new Array<TaskState | null>(Math.ceil(total / perCell)).fill(null);
  const weights = new Int32Array(cells.length);
  let task = 0;
  for (const run of strip.runs) {
    const end = Math.min(task + run.count, total);
    for (let cell = Math.floor(task / perCell); cell * perCell < end; cell++) {
      const inside = Math.min(end, (cell + 1) * perCell) - Math.max(task, cell * perCell);
      const weight = run.state === 'error' ? 2 * perCell + 1 : run.state === 'running' ? 2 * perCell : inside;
      if (weight > (weights[cell] ?? 0)) {
        weights[cell] = weight;
        cells[cell] = run.state;
      }
    }
    task = end;
  }
  return cells;
}

export interface StripGrid {
  columns: number;
  rows: number;
  pitch: number;
  perCell: number;
}

// Columns are round numbers, so that frames can be read off the grid; a cell is never smaller than 3 px and its gap.
const roundColumns = [10, 20, 25, 40, 50, 100, 200, 400];
const pitches = [20, 16, 12, 10, 8, 6, 5, 4];

/** The grid that shows all tasks in the given room: one task per cell while they fit, in the largest cells that do. */
export function stripGrid(total: number, width: number, height: number): StripGrid {
  for (const pitch of pitches) {
    const columns = columnsIn(width, pitch);
    const rows = Math.ceil(total / columns);
    if (rows * pitch <= height) return { columns, rows, pitch, perCell: 1 };
  }
  const pitch = pitches.at(-1) ?? 4;
  const columns = columnsIn(width, pitch);
  const perCell = tasksPerCell(total, columns * Math.max(1, Math.floor(height / pitch)));
  return { columns, rows: Math.ceil(Math.ceil(total / perCell) / columns), pitch, perCell };
}

function columnsIn(width: number, pitch: number): number {
  return roundColumns.findLast((columns) => columns * pitch <= width) ?? 10;
}
