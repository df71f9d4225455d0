import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStrip, stripCells, stripGrid, tasksPerCell } from '../src/logic/strip';

test('a strip is read run by run', () => {
  const strip = parseStrip('done:12,running:2,ready:86');
  assert.deepEqual(strip.runs, [{ state: 'done', count: 12 }, { state: 'running', count: 2 }, { state: 'ready', count: 86 }]);
  assert.equal(strip.known, 100);
});

test('a strip that was cut ends where it was cut', () => {
  assert.equal(parseStrip('done:3,error:1,…').known, 4);
  assert.equal(parseStrip('').known, 0);
  assert.equal(parseStrip('done:3,nonsense:2,ready:1').known, 3);
});

test('one cell per task shows each task', () => {
  assert.deepEqual(stripCells(parseStrip('done:2,error:1,ready:1'), 5, 1), ['done', 'done', 'error', 'ready', null]);
});

test('an error among a million is still seen', () => {
  const cells = stripCells(parseStrip('done:499999,error:1,ready:500000'), 1_000_000, 1000);
  assert.equal(cells.length, 1000);
  assert.equal(cells[499], 'error');
  assert.equal(cells.filter((cell) => cell === 'error').length, 1);
});

test('a cell of several tasks shows running before the majority, and the majority before the rest', () => {
  assert.deepEqual(stripCells(parseStrip('done:9,running:1,ready:7,done:3'), 20, 10), ['running', 'ready']);
});

test('cells stand for round numbers of tasks', () => {
  assert.equal(tasksPerCell(100, 100), 1);
  assert.equal(tasksPerCell(101, 100), 2);
  assert.equal(tasksPerCell(1_000_000, 2000), 500);
});

test('the grid fits into its room, whatever the block', () => {
  for (const total of [1, 10, 11, 240, 1000, 10_000, 1_000_000]) {
    const grid = stripGrid(total, 500, 178);
    assert.ok(grid.columns * grid.pitch <= 500, `width for ${total}`);
    assert.ok(grid.rows * grid.pitch <= 178, `height for ${total}`);
    assert.ok(grid.columns * grid.rows * grid.perCell >= total, `room for ${total}`);
  }
  assert.equal(stripGrid(240, 500, 178).perCell, 1);
});
