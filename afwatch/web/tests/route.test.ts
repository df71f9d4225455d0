import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRoute, noRoute, parseRoute } from '../src/logic/route';

test('every address comes back as it was', () => {
  for (const hash of ['#/jobs', '#/jobs/5', '#/jobs/5/0', '#/jobs/5/0/3', '#/renders', '#/renders/2', '#/jobs/5?q=user:anna+prio>70', '#/renders?q=state:idle,busy']) {
    assert.equal(formatRoute(parseRoute(hash)), hash);
  }
});

test('an address that means nothing opens the jobs', () => {
  for (const hash of ['', '#', '#/', '#/nonsense/1']) assert.equal(parseRoute(hash).view, 'jobs', hash);
  assert.deepEqual(parseRoute('#/jobs/x/1/2'), noRoute);
});

test('a filter may hold anything', () => {
  const filter = 'name~a&b=c?d #50% +1';
  assert.equal(parseRoute(formatRoute({ ...noRoute, filter })).filter, filter);
});
