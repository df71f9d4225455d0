import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf, LogLines } from '../src/logic/logtext';

const linesOf = (log: LogLines) => log.chunks.flatMap((chunk) => chunk.lines.map((line) => line.text));
const size = (text: string) => new TextEncoder().encode(text).length;

test('text cut anywhere gives the same lines', () => {
  const text = 'first\nsecond ünïcödé\r\nlast without end';
  const whole = new LogLines();
  whole.take(text, 0);
  assert.deepEqual(linesOf(whole), ['first', 'second ünïcödé', 'last without end']);
  for (let cut = 0; cut <= text.length; cut++) {
    const log = new LogLines();
    log.take(text.slice(0, cut), 0);
    log.take(text.slice(cut), size(text.slice(0, cut)));
    assert.deepEqual(linesOf(log), linesOf(whole), `cut at ${cut}`);
    assert.equal(log.end, size(text));
  }
});

test('a carriage return writes over the line, colours are taken out', () => {
  const log = new LogLines();
  log.take(' 10%\r 20%', 0);
  log.take('\r 30%\n\u001b[31mred\u001b[0m\n', 9);
  assert.deepEqual(linesOf(log), [' 30%', 'red']);
});

test('text that was heard already is not shown twice', () => {
  const log = new LogLines();
  log.take('one\ntwo\n', 0);
  assert.equal(log.take('two\nthree\n', 4), true);
  assert.deepEqual(linesOf(log), ['one', 'two', 'three']);
});

test('a gap starts the text anew', () => {
  const log = new LogLines();
  log.take('one\n', 0);
  assert.equal(log.take('half of a line\nwhole line\n', 100), false);
  assert.deepEqual(linesOf(log), ['whole line']);
  assert.equal(log.start, 115);
});

test('older text joins the kept text without a line lost or doubled', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`);
  const all = new TextEncoder().encode(lines.join('\n') + '\n');
  const log = new LogLines();
  log.take(new TextDecoder().decode(all.subarray(5003)), 5003);
  while (log.start > 0) {
    const from = Math.max(0, log.start - 700);
    log.prepend(all.subarray(from, log.start), from);
  }
  assert.deepEqual(linesOf(log), lines);
  assert.equal(new Set(log.chunks.map((chunk) => chunk.key)).size, log.chunks.length);
});

test('what is kept has a limit, and the start says what was left out', () => {
  const log = new LogLines();
  let offset = 0;
  for (let part = 0; part < 30; part++) {
    const text = Array.from({ length: 1000 }, (_, index) => `part ${part} line ${index}\n`).join('');
    log.take(text, offset);
    offset += size(text);
  }
  assert.equal(log.lineCount, 20_000);
  assert.equal(linesOf(log)[0], 'part 10 line 0');
  assert.equal(log.end, offset);
  assert.ok(log.start > 0);
});

test('a full chunk keeps its identity while text comes', () => {
  const log = new LogLines();
  log.take('x\n'.repeat(250), 0);
  const first = log.chunks[0];
  log.take('y\n', 500);
  assert.equal(log.chunks[0], first);
  assert.notEqual(log.chunks[1], undefined);
});

test('errors, warnings and progress are told apart', () => {
  assert.equal(kindOf('Error: cannot open scene'), 'error');
  assert.equal(kindOf('Traceback (most recent call last):'), 'error');
  assert.equal(kindOf('finished with 0 errors'), 'plain');
  assert.equal(kindOf('WARNING: missing texture'), 'warning');
  assert.equal(kindOf('Fra:1 Mem:20M | Sample 3/16'), 'progress');
  assert.equal(kindOf("Saved: 'frame.0001.png'"), 'plain');
});
