import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterPieces, jobMatches, parseFilter, renderFilterKeys, renderMatches, statesIn, toggleState } from '../src/logic/filter';
import { job, render } from './rows';

const matches = (text: string, change: Parameters<typeof job>[0] = {}) => jobMatches(job(change), parseFilter(text));

test('terms are ANDed, commas are OR, a leading minus negates', () => {
  assert.equal(matches('user:anna prio>70', { user_name: 'anna', priority: 80 }), true);
  assert.equal(matches('user:anna prio>70', { user_name: 'anna', priority: 70 }), false);
  assert.equal(matches('user:bo,an', { user_name: 'anna' }), true);
  assert.equal(matches('-user:anna', { user_name: 'anna' }), false);
  assert.equal(matches('-shot', { name: 'other' }), true);
});

test('free words search name, user, branch and annotation', () => {
  assert.equal(matches('BRIDGE', { name: 'the bridge' }), true);
  assert.equal(matches('dailies', { annotation: 'for dailies' }), true);
  assert.equal(matches('bridge anna', { name: 'bridge', user_name: 'anna' }), true);
  assert.equal(matches('bridge', { name: 'castle' }), false);
});

test('the error state finds every job with failed tasks', () => {
  assert.equal(matches('state:error', { state: 'running', tasks_error: 1 }), true);
  assert.equal(matches('state:error', { state: 'running' }), false);
  assert.equal(matches('state:done,paused', { state: 'paused' }), true);
});

test('name~ is a regular expression', () => {
  assert.equal(matches('name~^sh0[12]$', { name: 'sh02' }), true);
  assert.equal(matches('name~^sh0[12]$', { name: 'sh03' }), false);
});

test('numbers take all comparisons', () => {
  assert.equal(matches('errors>=2', { tasks_error: 2 }), true);
  assert.equal(matches('errors<2', { tasks_error: 2 }), false);
  assert.equal(matches('prio:50', { priority: 50 }), true);
  assert.equal(matches('done<=50', { progress: 50.5 }), false);
});

test('a word that is still being typed hides nothing', () => {
  for (const text of ['user:', 'prio>', 'prio>x', 'name~(', '-', 'state:']) assert.equal(matches(text, { name: 'x' }), true, text);
});

test('an unknown key is a free word', () => {
  assert.equal(matches('c:/shot', { name: 'c:/shot' }), true);
  assert.equal(matches('c:/shot', { name: 'x' }), false);
});

test('facets write and read the text', () => {
  assert.equal(toggleState('anna', 'error'), 'anna state:error');
  assert.equal(toggleState('anna state:error', 'running'), 'anna state:error,running');
  assert.equal(toggleState('state:error,running anna', 'error'), 'anna state:running');
  assert.equal(toggleState('state:error', 'error'), '');
  assert.deepEqual(statesIn('x state:error,done -state:paused'), ['error', 'done']);
});

test('pieces of the text join to the text again', () => {
  const text = '  user:anna -state:done free  prio>7';
  const pieces = filterPieces(text, ['user', 'state', 'prio']);
  assert.equal(pieces.map((piece) => piece.key + piece.text).join(''), text);
  assert.deepEqual(pieces.filter((piece) => piece.key).map((piece) => piece.key), ['user:', '-state:', 'prio>']);
});

test('renders are found by state, service, job and memory', () => {
  const node = render({ state: 'idle', services: ['blender', 'ffmpeg'], memory_mb: 65536 });
  const finds = (text: string) => renderMatches(node, parseFilter(text, renderFilterKeys));
  assert.equal(finds('state:idle service:blender mem>=64'), true);
  assert.equal(finds('mem>64'), false);
  assert.equal(finds('job:shot'), false);
});
