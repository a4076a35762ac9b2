import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { manifestEntrySchema } from '../../shared/protocol/transfer-messages.ts';
import { reasonCodes, reasonOf, reasonSchema } from '../../shared/reasons.ts';
import { createRecord, entryState, type IncomingRecord, type OpenRecord } from './incoming-record.ts';
import { createManifest, toWire } from './manifest.ts';
import { partSuffix } from './part-handles.ts';
import { segmentCount } from './segments.ts';
import { initialStatus, type Status } from './state.ts';

/*
 * The record of an accepted transfer as text: to be written down, and read by a later version. What can be made again from
 * the rest is left out: counts, and a manifest whose pages have not all come, which its sender says again. States are
 * base64 of one byte an entry; sets of segments are ranges.
 */

const version = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A name in one folder, and never a way out of it. */
const name = v.pipe(
  v.string(),
  v.check((given) => given !== '' && given !== '.' && given !== '..' && !/[/\\\0]/.test(given), 'is no name'),
);
const absolute = v.pipe(v.string(), v.check(isAbsolute, 'is no absolute path'));
const ranges = v.array(v.tuple([count, v.pipe(count, v.minValue(1))]));
const phases = ['accepted', 'running', 'verifying'] as const satisfies Status['phase'][];

const schema = v.object({
  version: v.literal(version, `is of a version other than ${version}`),
  transfer: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  peer: v.object({ key: v.string(), name: v.string() }),
  shape: v.object({ topLevelEntries: count, files: count, folders: count, bytes: count, pages: count }),
  manifest: v.array(manifestEntrySchema),
  phase: v.picklist(phases),
  heldByMe: v.nullable(reasonSchema),
  heldByPeer: v.nullable(reasonSchema),
  folder: absolute,
  floorBytes: count,
  roots: v.array(v.object({ given: v.string(), folder: v.boolean(), taken: name, name })),
  placed: v.boolean(),
  arrived: v.nullable(absolute),
  position: v.object({ entry: count, offset: count }),
  states: v.pipe(v.string(), v.base64()),
  failed: v.array(v.tuple([count, v.picklist(reasonCodes)])),
  open: v.array(
    v.object({
      entry: count,
      part: v.nullable(v.pipe(name, v.endsWith(partSuffix))),
      verified: ranges,
      unflushed: ranges,
      written: count,
    }),
  ),
});
type Written = v.InferOutput<typeof schema>;

export function encodeIncomingRecord(record: IncomingRecord): string {
  const { transfer, peer, shape, status, folder, floorBytes, roots, placed, arrived, position, failed } = record;
  return JSON.stringify({
    version,
    transfer,
    peer: { key: peer.key, name: peer.name },
    shape,
    manifest: placed ? record.manifest.map(toWire) : [],
    phase: status.phase,
    heldByMe: status.heldByMe,
    heldByPeer: status.heldByPeer,
    folder,
    floorBytes,
    roots,
    placed,
    arrived,
    position,
    states: Buffer.from(record.states).toString('base64'),
    failed,
    open: [...record.open].map(([entry, file]) => ({
      entry,
      part: file.part,
      verified: rangesOf(file.verified),
      unflushed: rangesOf(file.unflushed),
      written: file.written,
    })),
  });
}

/** Throws a `RecordError` that names what is wrong. */
export function decodeIncomingRecord(text: string): IncomingRecord {
  const given = parse(text);
  const { shape, states, position, open } = given;
  const record = createRecord({
    transfer: given.transfer,
    peer: { ...given.peer, session: '' },
    shape,
    manifest: manifestOf(given),
  });
  const { manifest } = record;
  record.states.set(statesOf(states, record.states.length));
  for (const { entry, ...file } of open) {
    must(entry < manifest.length && record.states[entry] === entryState.waiting, 'open', 'has no such file');
    record.open.set(entry, openOf(file, manifest[entry]?.bytes ?? 0));
  }
  must(position.entry <= manifest.length, 'position', 'is beyond the manifest');
  must(position.offset <= (manifest[position.entry]?.bytes ?? 0), 'position', 'is beyond its file');
  must(
    position.offset === 0 || record.open.has(position.entry),
    'position',
    'is in a file of which nothing is written',
  );
  const failed = given.failed.every(([entry]) => record.states[entry] === entryState.failed);
  must(failed && given.failed.length === countOf(record.states, entryState.failed), 'failed', 'contradicts the states');

  const { folder, floorBytes, roots, placed, arrived, phase, heldByMe, heldByPeer } = given;
  Object.assign(record, { folder, floorBytes, roots, placed, arrived, position, failed: given.failed });
  record.status = { ...initialStatus('receiver'), phase, heldByMe, heldByPeer };
  for (const { index, kind, bytes } of manifest) {
    if (kind !== 'file' || record.states[index] !== entryState.finished) continue;
    record.finished++;
    record.written += bytes;
  }
  for (const { written } of record.open.values()) record.written += written;
  return record;
}

/** What was to be read is no record, or contradicts itself. */
export class RecordError extends Error {
  constructor(where: string, what: string) {
    super(`The record of a transfer cannot be read: ${where} ${what}.`);
    this.name = 'RecordError';
  }
}

function must(holds: boolean, where: string, what: string): void {
  if (!holds) throw new RecordError(where, what);
}

function parse(text: string): Written {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RecordError('it', 'is no JSON');
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new RecordError(v.getDotPath(issue) ?? 'it', issue.message);
}

/** Held to the same rules as when it came. */
function manifestOf({ shape, manifest, placed }: Written): IncomingRecord['manifest'] {
  must(placed === manifest.length > 0, 'manifest', 'is whole if and only if there is a place for it');
  try {
    return createManifest(shape, manifest).entries;
  } catch (error) {
    throw new RecordError('manifest', `is refused (${reasonOf(error).code})`);
  }
}

function statesOf(base64: string, length: number): Uint8Array {
  const states = Buffer.from(base64, 'base64');
  must(states.length === length, 'states', 'has another number of entries than the offer');
  must(
    states.every((state) => state <= entryState.failed),
    'states',
    'has an unknown one',
  );
  return states;
}

function openOf(file: Omit<Written['open'][number], 'entry'>, bytes: number): OpenRecord {
  const segments = segmentCount(bytes);
  const verified = segmentsOf(file.verified, segments);
  const unflushed = segmentsOf(file.unflushed, segments);
  must(
    [...unflushed].every((segment) => verified.has(segment)),
    'open',
    'has a segment to flush that is not verified',
  );
  must(file.written <= bytes, 'open', 'has more written than its file is long');
  return { part: file.part, verified, unflushed, written: file.written };
}

function segmentsOf(given: Written['open'][number]['verified'], most: number): Set<number> {
  const segments = new Set<number>();
  for (const [first, length] of given) {
    must(first + length <= most, 'open', 'has a segment beyond its file');
    for (let segment = first; segment < first + length; segment++) segments.add(segment);
  }
  return segments;
}

function rangesOf(segments: ReadonlySet<number>): [first: number, length: number][] {
  const found: [number, number][] = [];
  for (const segment of [...segments].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === segment) last[1]++;
    else found.push([segment, 1]);
  }
  return found;
}

function countOf(states: Uint8Array, wanted: number): number {
  return states.reduce((found, state) => (state === wanted ? found + 1 : found), 0);
}
