import type { TaskState } from '../contract/rows';
import type { StripGrid } from '../logic/strip';

export interface StripDrawing {
  cells: readonly (TaskState | null)[];
  grid: StripGrid;
  gutter: number;
  width: number;
  label: (row: number) => string;
  chosen: number;
  hovered: number;
}

/** Draws one cell per task or group of tasks; the shape alone says the state. Errors come last and bleed over the gap. */
export function drawStrip(canvas: HTMLCanvasElement, drawing: StripDrawing): void {
  const { cells, grid, gutter, width } = drawing;
  const height = grid.rows * grid.pitch + 2;
  const context = sized(canvas, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const size = grid.pitch - (grid.pitch >= 8 ? 2 : 1);
  const place = (cell: number): [number, number] => [gutter + (cell % grid.columns) * grid.pitch, 1 + Math.floor(cell / grid.columns) * grid.pitch];

  context.font = `11px ${style.fontFamily}`;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillStyle = colour('text3');
  const every = Math.max(1, Math.ceil(14 / grid.pitch));
  for (let row = 0; row < grid.rows; row += every) context.fillText(drawing.label(row), gutter - 10, 1 + row * grid.pitch + Math.max(size / 2, 5));

  const errors: number[] = [];
  cells.forEach((state, cell) => {
    if (state === 'error') errors.push(cell);
    else drawCell(context, colour, state, ...place(cell), size);
  });
  for (const cell of errors) drawCell(context, colour, 'error', ...place(cell), size);

  for (const [cell, name] of [[drawing.hovered, 'text2'], [drawing.chosen, 'ink']] as const) {
    if (cell < 0 || cell >= cells.length) continue;
    const [x, y] = place(cell);
    context.strokeStyle = colour(name);
    context.lineWidth = 2;
    context.strokeRect(x - 1, y - 1, size + 2, size + 2);
  }
}

function drawCell(context: CanvasRenderingContext2D, colour: (name: string) => string, state: TaskState | null, x: number, y: number, size: number): void {
  switch (state) {
    case null:
      context.fillStyle = colour('bg4');
      context.fillRect(x, y + Math.floor(size / 2), size, 1);
      break;
    case 'done':
      context.fillStyle = colour('done');
      context.fillRect(x, y, size, size);
      break;
    case 'running':
      context.fillStyle = colour('run');
      context.fillRect(x, y, size, size);
      if (size >= 7) stripes(context, colour('run-2'), x, y, size);
      break;
    case 'ready': {
      const line = size >= 10 ? 1.5 : 1;
      context.strokeStyle = colour('ready');
      context.lineWidth = line;
      context.strokeRect(x + line / 2, y + line / 2, size - line, size - line);
      break;
    }
    case 'waiting': {
      const dot = size >= 10 ? 4 : size >= 6 ? 3 : size >= 3 ? 2 : 1;
      context.fillStyle = colour('wait');
      context.fillRect(x + Math.floor((size - dot) / 2), y + Math.floor((size - dot) / 2), dot, dot);
      break;
    }
    case 'skipped': {
      const line = size >= 10 ? 2 : 1;
      context.fillStyle = colour('skip');
      context.fillRect(x, y + Math.floor((size - line) / 2), size, line);
      if (size >= 7) {
        context.fillRect(x, y + Math.floor(size * 0.2), size, 1);
        context.fillRect(x, y + Math.floor(size * 0.8), size, 1);
      }
      break;
    }
    case 'error': {
      const bleed = size <= 5 ? 0.5 : 1;
      context.fillStyle = colour('err');
      context.fillRect(x - bleed, y - bleed, size + 2 * bleed, size + 2 * bleed);
      if (size >= 6) cross(context, colour('bg0'), x, y, size);
      break;
    }
  }
}

function stripes(context: CanvasRenderingContext2D, stroke: string, x: number, y: number, size: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, size, size);
  context.clip();
  context.strokeStyle = stroke;
  context.lineWidth = size >= 12 ? 2 : 1.5;
  for (let at = -size; at < size; at += size >= 12 ? 5 : 4) {
    context.beginPath();
    context.moveTo(x + at, y + size);
    context.lineTo(x + at + size, y);
    context.stroke();
  }
  context.restore();
}

function cross(context: CanvasRenderingContext2D, stroke: string, x: number, y: number, size: number): void {
  const inset = size * 0.28;
  context.strokeStyle = stroke;
  context.lineWidth = size >= 12 ? 2 : 1.4;
  context.beginPath();
  context.moveTo(x + inset, y + inset);
  context.lineTo(x + size - inset, y + size - inset);
  context.moveTo(x + size - inset, y + inset);
  context.lineTo(x + inset, y + size - inset);
  context.stroke();
}

function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no canvas.');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
