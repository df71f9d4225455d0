import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, clock, elapsed, grouped, megabytes, percent, plural, took, tookInWords } from '../src/logic/words';

const at = (hours: number, minutes: number, daysAgo = 0) => new Date(2026, 10, 22 - daysAgo, hours, minutes, 9).toISOString();
const now = new Date(2026, 10, 22, 15, 0).getTime();

test('thousands are grouped', () => {
  assert.equal(grouped(999), '999');
  assert.equal(grouped(109625), '109\u202f625');
  assert.equal(plural(1, 'task'), '1 task');
  assert.equal(plural(2000, 'task'), '2\u202f000 tasks');
});

test('all is done only at 100%, nothing is done only at 0%', () => {
  assert.deepEqual([0, 0.02, 1, 50.7, 99.99, 100].map(percent), ['0%', '<1%', '1%', '50%', '99%', '100%']);
});

test('durations are short in cells and whole in sentences', () => {
  assert.deepEqual([0, 42, 185, 7620, 273600].map((seconds) => took(seconds * 1000)), ['0 s', '42 s', '3:05', '2h07', '3d 4h']);
  assert.deepEqual([1, 185, 7620].map((seconds) => tookInWords(seconds * 1000)), ['1 second', '3 min 5 s', '2 h 7 min']);
});

test('a time of today needs no day, an older one has it', () => {
  assert.equal(clock(at(9, 5), now), '09:05');
  assert.equal(clock(at(9, 5), now, true), '09:05:09');
  assert.equal(clock(at(9, 5, 2), now), 'Fri 09:05');
  assert.equal(clock(at(9, 5, 20), now), '2026-11-02');
  assert.equal(clock(null, now), '');
  assert.equal(clock('no time', now), '');
});

test('what still runs is measured to now', () => {
  assert.equal(elapsed(at(14, 0), null, new Date(at(15, 0)).getTime()), 3_600_000);
  assert.equal(elapsed(at(14, 0), at(14, 1), now), 60_000);
  assert.equal(elapsed(null, null, now), null);
});

test('sizes', () => {
  assert.equal(megabytes(512), '512 MB');
  assert.equal(megabytes(262144), '256 GB');
  assert.equal(bytes(65536), '64 KB');
});
