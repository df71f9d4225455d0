/** The text of one run's log, kept as lines in chunks; a chunk that is full never changes again. */

export type LineKind = 'plain' | 'error' | 'warning' | 'progress';

export interface LogLine {
  text: string;
  kind: LineKind;
}

export interface LogChunk {
  /** Stays the same while the chunk grows, so that a list can be keyed by it. */
  key: number;
  lines: LogLine[];
  bytes: number;
}

const linesPerChunk = 200;
/** 20 000 lines is what a browser still scrolls without effort; older text is read from the server again. */
const chunksMax = 100;

const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b[@-_]/g;
const errorWords = /\b(error|fatal|exception|traceback|killed|segmentation fault|panic|failed|cannot|no such file|not found|permission denied)\b/i;
const warningWords = /\bwarn(ing)?\b/i;
const progressWords = /\b(ALF_PROGRESS|PROGRESS)\b|^\s*(Fra:|Rendered )|\b\d{1,3}(\.\d+)?\s?%/;
const nothingWrong = /\b(0|no) (errors?|warnings?)\b/i;

export function kindOf(line: string): LineKind {
  if (errorWords.test(line) && !nothingWrong.test(line)) return 'error';
  if (warningWords.test(line) && !nothingWrong.test(line)) return 'warning';
  return progressWords.test(line) ? 'progress' : 'plain';
}

export class LogLines {
  chunks: LogChunk[] = [];
  /** Byte position of the first line kept, and of the first byte not yet received. */
  start = 0;
  end = 0;
  /** The last line as it came, while its newline has not come yet. */
  private open: string | null = null;
  private nextKey = 0;
  private firstKey = -1;

  /** Takes text at a byte position. True when it went on where the text ended, false when it began anew. */
  take(text: string, offset: number): boolean {
    const bytes = new TextEncoder().encode(text);
    if (this.chunks.length === 0 || offset > this.end || offset + bytes.length < this.start) {
      this.restart(bytes, offset);
      return false;
    }
    if (offset + bytes.length <= this.end) return true;
    this.append(bytes.subarray(this.end - offset));
    return true;
  }

  /** Puts older text before the first line. The bytes must end where the kept text starts. */
  prepend(bytes: Uint8Array, offset: number): void {
    const cut = offset === 0 ? 0 : afterFirstNewline(bytes);
    const text = decode(bytes.subarray(cut));
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    const older: LogChunk[] = [];
    for (let at = 0; at < lines.length; at += linesPerChunk) {
      const part = lines.slice(at, at + linesPerChunk);
      older.push({ key: 0, lines: part.map(lineOf), bytes: part.reduce((sum, line) => sum + byteLength(line) + 1, 0) });
    }
    for (const chunk of [...older].reverse()) chunk.key = this.firstKey--;
    this.chunks = [...older, ...this.chunks];
    this.start = offset + cut;
  }

  /** Number of the first line, known only when the text is there from its beginning. */
  get hasBeginning(): boolean {
    return this.start === 0;
  }

  get lineCount(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.lines.length, 0);
  }

  private restart(bytes: Uint8Array, offset: number): void {
    // Text from the middle of a log begins with the end of a line: leave that to the older text.
    const cut = offset === 0 ? 0 : afterFirstNewline(bytes);
    this.chunks = [];
    this.open = null;
    this.start = this.end = offset + cut;
    this.append(bytes.subarray(cut));
  }

  private append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const parts = decode(bytes).split('\n');
    const endsOpen = parts.at(-1) !== '';
    if (!endsOpen) parts.pop();
    const chunks = [...this.chunks];
    parts.forEach((part, index) => {
      let last = chunks.at(-1);
      const joins = index === 0 && this.open !== null && last !== undefined;
      if (!last || (!joins && last.lines.length >= linesPerChunk)) {
        last = { key: this.nextKey++, lines: [], bytes: 0 };
        chunks.push(last);
      } else if (last === this.chunks.at(-1)) {
        last = { ...last, lines: [...last.lines] };
        chunks[chunks.length - 1] = last;
      }
      const raw = joins ? `${this.open}${part}` : part;
      if (joins) last.lines[last.lines.length - 1] = lineOf(raw);
      else last.lines.push(lineOf(raw));
      const isOpen = endsOpen && index === parts.length - 1;
      last.bytes += byteLength(part) + (isOpen ? 0 : 1);
      this.open = isOpen ? raw : null;
    });
    this.end += bytes.length;
    while (chunks.length > chunksMax) this.start += chunks.shift()?.bytes ?? 0;
    this.chunks = chunks;
  }
}

function lineOf(raw: string): LogLine {
  const clean = raw.replace(escapes, '').replace(/\r+$/, '');
  // A carriage return writes over the line: what stands last is what a terminal would show.
  const text = clean.slice(clean.lastIndexOf('\r') + 1);
  return { text, kind: kindOf(text) };
}

function afterFirstNewline(bytes: Uint8Array): number {
  return bytes.indexOf(10) + 1;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
