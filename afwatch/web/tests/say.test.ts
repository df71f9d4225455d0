import assert from 'node:assert/strict';
import { test } from 'node:test';
import { howItEnded, sayJob, sayRender, type Piece } from '../src/logic/say';
import { job, render } from './rows';

const now = new Date(2026, 10, 22, 15, 0).getTime();
const at = (hours: number, minutes: number) => new Date(2026, 10, 22, hours, minutes).toISOString();
const text = (pieces: Piece[]) => pieces.map((piece) => piece.text).join('');

test('a running job says how much runs, how far it is and what is wrong', () => {
  const row = job({ state: 'running', tasks_total: 100, tasks_done: 60, tasks_running: 2, tasks_error: 1, progress: 60, time_started: at(12, 30) });
  assert.equal(text(sayJob(row, now)), 'Running 2 tasks, 60% done since 12:30. 40 of 100 tasks to go. 1 task failed.');
});

test('a waiting job says why, as one sentence', () => {
  assert.equal(text(sayJob(job({ state: 'waiting', reason: 'no render offers houdini' }), now)), 'Waits. No render offers houdini.');
  assert.equal(text(sayJob(job({ state: 'ready', tasks_total: 3 }), now)), 'Ready, nothing runs yet. 3 tasks to go.');
});

test('a job that failed says what has to be decided', () => {
  assert.match(text(sayJob(job({ state: 'error', tasks_error: 1 }), now)), /^Stopped: 1 task failed\. .* it is restarted or skipped\.$/);
  assert.match(text(sayJob(job({ state: 'error', tasks_error: 2 }), now)), /they are restarted/);
});

test('a done job says when, and how long it took', () => {
  const row = job({ state: 'done', tasks_done: 9, tasks_skipped: 1, time_started: at(14, 0), time_done: at(14, 5) });
  assert.equal(text(sayJob(row, now)), 'Done at 14:05, after 5 min 0 s. 9 tasks done, 1 skipped.');
});

test('a paused job says what still ends', () => {
  assert.equal(text(sayJob(job({ state: 'paused', tasks_total: 5, tasks_running: 2 }), now)), 'Paused. 5 tasks to go, 2 running now will finish.');
});

test('an exit code is named once', () => {
  assert.equal(howItEnded(3, 'Exit code 3.'), 'Exit code 3.');
  assert.equal(howItEnded(3, 'Exit code 33.'), 'exit code 3, Exit code 33.');
  assert.equal(howItEnded(1, null), 'exit code 1');
  assert.equal(howItEnded(null, 'stopped by anna'), 'stopped by anna');
});

test('a render says what it does', () => {
  assert.match(text(sayRender(render({ state: 'offline', last_seen: at(14, 59) }), now)), /^Offline, last seen 1 min 0 s ago\.$/);
  assert.match(text(sayRender(render(), now)), /^Idle/);
});
