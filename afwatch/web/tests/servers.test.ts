import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosts, merged, named, placeAt } from '../src/logic/servers';

const servers = [{ address: 'http://render1:51000', role: 'leader' }, { address: 'http://render2:51000/', role: 'standby' }];

test('a leader names its standbys, and not itself under another name', () => {
  assert.deepEqual(named({ status: 'ok', servers }), ['http://render2:51000']);
  assert.deepEqual(named({ status: 'ok', servers: servers.slice(0, 1) }), []);
  assert.deepEqual(named({ status: 'ok' }), []);
});

test('a standby names the leader first', () => {
  assert.deepEqual(named({ status: 'standby', leader: 'http://render3:51000', servers }), ['http://render3:51000', 'http://render1:51000', 'http://render2:51000']);
  assert.deepEqual(named({ status: 'standby', leader: null, servers: [] }), []);
});

test('what is no address of a page is left out', () => {
  const wrong = ['javascript:alert(1)', '//render2', '', 'http://', 'ftp://render2'].map((address) => ({ address, role: 'standby' }));
  assert.deepEqual(named({ status: 'ok', servers: wrong }), []);
});

test('servers are kept once, without the own one, and not without end', () => {
  assert.deepEqual(merged(['http://a'], ['http://b', 'http://a', 'http://own'], 'http://own'), ['http://a', 'http://b']);
  assert.equal(merged([], Array.from({ length: 50 }, (_, i) => `http://s${i}`), 'http://own').length, 16);
});

test('the place in the page stays the same at another server', () => {
  assert.equal(placeAt('http://b:1', { pathname: '/', search: '?x=1', hash: '#/jobs/5/0?q=user:anna' }), 'http://b:1/?x=1#/jobs/5/0?q=user:anna');
  assert.equal(hosts(['http://b:1', 'https://c']), 'b:1, c');
});
