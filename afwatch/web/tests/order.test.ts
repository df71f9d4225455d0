import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldOrder, sortJobs, sortRenders } from '../src/logic/order';
import { job, render } from './rows';

test('active jobs come first, then priority, then age', () => {
  const jobs = [job({ id: 1, state: 'done', priority: 99 }), job({ id: 2, priority: 10 }), job({ id: 4, priority: 80 }), job({ id: 3, priority: 80 })];
  assert.deepEqual(sortJobs(jobs, { sort: 'default', reversed: false }).map((row) => row.id), [3, 4, 2, 1]);
});

test('a column sorts by what matters most, and the other way round', () => {
  const jobs = [job({ id: 1, tasks_error: 0 }), job({ id: 2, tasks_error: 5 }), job({ id: 3, tasks_error: 1 })];
  assert.deepEqual(sortJobs(jobs, { sort: 'errors', reversed: false }).map((row) => row.id), [2, 3, 1]);
  assert.deepEqual(sortJobs(jobs, { sort: 'errors', reversed: true }).map((row) => row.id), [1, 3, 2]);
});

test('renders sort by name as people count, those away at the end', () => {
  const renders = [render({ id: 1, name: 'rack10' }), render({ id: 2, name: 'rack9', state: 'busy' }), render({ id: 3, name: 'rack1', state: 'offline' })];
  assert.deepEqual(sortRenders(renders).map((row) => row.id), [2, 1, 3]);
});

test('held rows say how many would move', () => {
  assert.deepEqual(heldOrder([1, 2, 3], [1, 2, 3]), { moved: 0, gone: new Set() });
  assert.equal(heldOrder([1, 2, 3, 4], [4, 1, 2, 3]).moved, 1);
  assert.equal(heldOrder([1, 2], [1, 2, 3]).moved, 1);
  assert.deepEqual(heldOrder([1, 2, 3], [1, 3]), { moved: 1, gone: new Set([2]) });
});
