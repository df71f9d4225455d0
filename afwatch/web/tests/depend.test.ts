import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns, dependencies, waitsInWords } from '../src/logic/depend';
import { block } from './rows';

const blocks = [
  block({ block: 0, name: 'sim' }),
  block({ block: 1, name: 'beauty', tasks_depend_mask: 'sim' }),
  block({ block: 2, name: 'fog', depend_mask: 'sim' }),
  block({ block: 3, name: 'movie', depend_mask: 'beauty|fog' }),
];

test('masks match whole names, never the block itself', () => {
  assert.deepEqual(dependencies(blocks).map((waits) => waits.map((wait) => wait.on)), [[], [0], [0], [1, 2]]);
  assert.deepEqual(dependencies([block({ name: 'a', depend_mask: '.*' }), block({ name: 'ab' })]).map((waits) => waits.length), [1, 0]);
});

test('blocks stand right of what they wait for', () => {
  assert.deepEqual(columns(dependencies(blocks)), [0, 1, 1, 2]);
});

test('a circle ends, it does not hang', () => {
  const circle = [block({ name: 'a', depend_mask: 'b' }), block({ name: 'b', depend_mask: 'a' })];
  assert.equal(columns(dependencies(circle)).length, 2);
});

test('dependencies in words', () => {
  assert.equal(waitsInWords(dependencies(blocks)[1] ?? [], blocks), 'each after sim');
  assert.equal(waitsInWords(dependencies(blocks)[3] ?? [], blocks), 'after beauty, fog');
});
