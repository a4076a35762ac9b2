import { createHash, scryptSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readSdp } from '../../../src/connect/sdp.ts';
import { payloadSizes } from '../../../src/connect/sealing.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { type Identity, openIdentity } from '../../../src/main/identity.ts';
import { checkTimes } from '../../../src/main/lane/direct/checks-machine.ts';
import {
  laneTranscriptBytes,
  laneWordProves,
  makeLaneWord,
  probeKeys,
} from '../../../src/main/lane/direct/lane-offer.ts';
import { createProbeCodec } from '../../../src/main/lane/direct/probe.ts';
import { derivePersonWords } from '../../../src/main/person-words.ts';
import { deriveRoomKeys } from '../../../src/main/room-keys.ts';
import { decodeMessage, encodeControl } from '../../../src/main/transfer/message-codec.ts';
import { type Happening, initialStatus, type Status, stateOf, step } from '../../../src/main/transfer/state.ts';
import { blockCharge, blockPayload, createBlock, decodeBlock } from '../../../src/shared/protocol/block.ts';
import { linkTranscriptBytes } from '../../../src/shared/protocol/hello-proof.ts';
import {
  type LaneAnswer,
  type LaneOffer,
  laneWordSchema,
  parseLaneWord,
} from '../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import {
  decodeLinkMessage,
  encodeLinkMessage,
  type Hello,
  linkMessageSchema,
} from '../../../src/shared/protocol/link-messages.ts';
import { decodeSignal, signalSchema } from '../../../src/shared/protocol/signal.ts';
import { decodeStrandFrame, encodeStrandFrame, strandClass } from '../../../src/shared/protocol/strand-frames.ts';
import { controlSchema, parseControl } from '../../../src/shared/protocol/transfer-messages.ts';
import { reasonCodes } from '../../../src/shared/reasons.ts';
import { makeRoomCode, parseRoomCode } from '../../../src/shared/room-code.ts';
import { nodeCryptography } from '../../support/connect-cryptography.ts';

/** What docs/PROTOCOL.md claims, computed anew by the code that speaks the protocol: the document cannot go stale. */
const document = await readFile(join(import.meta.dirname, '../../../docs/PROTOCOL.md'), 'utf8');

/** The fenced blocks with this word on their first line. */
function blocks(info: string): string[] {
  const found = [...document.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].filter(([, first]) => first === info);
  return found.map(([, , body]) => body ?? '');
}

/** The `name = value` lines of each vector of this kind; asking for a name that is not there fails. */
function vectors(kind: string): ((name: string) => string)[] {
  return blocks(`vector ${kind}`).map((body) => {
    const values = new Map(
      body
        .trim()
        // An indented line goes on the value above it.
        .replaceAll(/\n\s+/g, '')
        .split('\n')
        .map((line): [string, string] => {
          const at = line.indexOf('=');
          return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
        }),
    );
    return (name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`the vector has no "${name}"`);
      return value;
    };
  });
}

function vector(kind: string): (name: string) => string {
  const [only, another] = vectors(kind);
  if (!only || another) throw new Error(`one vector "${kind}" is expected`);
  return only;
}

/** The JSON messages of one example block, with their text as it would go over the wire. */
function examples(kind: string): { text: string; value: unknown }[] {
  return blocks(`json ${kind}`)
    .flatMap((body) => body.trim().split(/\n\n+/))
    .map((text): { text: string; value: unknown } => {
      const value: unknown = JSON.parse(text);
      return { text: JSON.stringify(value), value };
    });
}

/** The rows below the table head that begins with this text, without the row of dashes. */
function table(head: string): string[][] {
  const lines = document.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${head}`));
  const rows: string[][] = [];
  for (let line = at + 2; at >= 0 && lines[line]?.startsWith('|'); line++) {
    rows.push(
      (lines[line] ?? '')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** RFC 8410: what stands before the 32 bytes of an Ed25519 seed. */
const pkcs8 = (seed: string): Uint8Array<ArrayBuffer> => unhex(`302e020100300506032b657004220420${seed}`);

/** The installation with this seed. */
async function identityOf(seed: string): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-vectors-'));
  try {
    const stored = { version: 1, privateKeyPkcs8: Buffer.from(pkcs8(seed)).toString('base64') };
    await writeFile(join(folder, 'identity.json'), JSON.stringify(stored));
    return await openIdentity(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('room codes', () => {
  const all = vectors('room-code');

  test('there are two vectors', () => {
    expect(all).toHaveLength(2);
  });

  test.each(all.map((get) => ({ code: get('code'), get })))('$code', async ({ code, get }) => {
    expect(makeRoomCode(() => unhex(get('random')))).toBe(code);
    expect(parseRoomCode(code)).toEqual({ code });
    expect(sha256(unhex(get('packed')))).toBe(get('sha256'));
    expect(Number.parseInt(get('sha256').slice(0, 2), 16) >> 3).toBe(Number(get('checksum')));
    const secret = scryptSync(code, 'roomdrop room v1', 32, { N: 131_072, r: 8, p: 1, maxmem: 2 ** 28 });
    expect(hex(secret)).toBe(get('secret'));
    expect(await deriveRoomKeys(code)).toEqual({ topic: get('topic'), sealingKey: get('sealing key') });
  });
});

describe('the words of a person', () => {
  const all = vectors('person-words');

  test('there are two vectors', () => {
    expect(all).toHaveLength(2);
  });

  test.each(all.map((get) => ({ words: get('words'), get })))('$words', async ({ words, get }) => {
    const key = Buffer.from(get('key'), 'base64url');
    const derived = scryptSync(key, 'roomdrop person v1', 9, { N: 131_072, r: 8, p: 1, maxmem: 2 ** 28 });
    expect(hex(derived)).toBe(get('scrypt'));
    expect(await derivePersonWords(get('key'))).toEqual(words.split(' '));
  });
});

describe('sealed messages', () => {
  const get = vector('sealed');
  const roomKey = new Uint8Array(Buffer.from(get('sealing key'), 'base64url'));

  async function sealOnce(): Promise<{ session: string; payload: Uint8Array<ArrayBuffer> }> {
    const { subtle } = crypto;
    const algorithm = { name: 'Ed25519' };
    const privateKey = await subtle.importKey('pkcs8', pkcs8(get('seed')), algorithm, false, ['sign']);
    const publicKey = await subtle.importKey('raw', unhex(get('public key')), algorithm, true, ['verify']);
    vi.spyOn(subtle, 'generateKey').mockImplementation(async () => ({ privateKey, publicKey }));
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
      if (array instanceof Uint8Array) array.set(unhex(get('nonce')));
      return array;
    });
    const sealing = await nodeCryptography.createSealing(get('topic'), roomKey);
    const payload = await sealing.seal(get('json'));
    vi.restoreAllMocks();
    return { session: sealing.session, payload };
  }

  test('the payload is made of the parts that are described', async () => {
    const { session, payload } = await sealOnce();
    expect(session).toBe(get('session'));
    expect(payload).toHaveLength(Number(get('bytes')));
    expect(hex(payload.subarray(0, 32))).toBe(get('begins'));
    expect(hex(payload.subarray(-16))).toBe(get('tag'));
    expect(sha256(payload)).toBe(get('sha256'));

    const key = await crypto.subtle.importKey('raw', roomKey, 'AES-GCM', false, ['decrypt']);
    const additionalData = new TextEncoder().encode(get('topic'));
    const parameters = { name: 'AES-GCM', iv: unhex(get('nonce')), additionalData };
    const plain = new Uint8Array(await crypto.subtle.decrypt(parameters, key, payload.slice(12)));
    const json = Buffer.from(get('json'));
    expect(hex(plain.subarray(0, 32))).toBe(get('public key'));
    expect(hex(plain.subarray(32, 96))).toBe(get('signature'));
    expect(Buffer.from(plain).readUInt16BE(96)).toBe(json.length);
    expect(plain.subarray(98, 98 + json.length)).toEqual(new Uint8Array(json));
    expect(plain.subarray(98 + json.length).every((byte) => byte === 0)).toBe(true);
  });

  test('another session of the room opens it', async () => {
    const { payload } = await sealOnce();
    const other = await nodeCryptography.createSealing(get('topic'), roomKey);
    expect(await other.open(payload)).toEqual({ session: get('session'), json: get('json') });
  });

  test('the sizes and the longest JSON are those described', async () => {
    expect(document).toContain(`${payloadSizes.slice(0, -1).join(', ')} or ${payloadSizes.at(-1)} bytes`);
    const [, longest = ''] = /so the longest JSON has ([\d,]+)/.exec(document) ?? [];
    const bytes = Number(longest.replaceAll(',', ''));
    const sealing = await nodeCryptography.createSealing(get('topic'), roomKey);
    expect(await sealing.seal('x'.repeat(bytes))).toHaveLength(limits.signalBytes);
    await expect(sealing.seal('x'.repeat(bytes + 1))).rejects.toThrow(RangeError);
  });
});

test('the transcript of a link, signed by main', async () => {
  const get = vector('transcript');
  const role = get('role');
  if (role !== 'offerer' && role !== 'answerer') throw new Error(`${role} is no role`);
  const transcript = {
    topic: get('topic'),
    linkId: get('link'),
    role,
    ownSession: get('own session'),
    peerSession: get('peer session'),
    binding: { kind: 'dtls', own: get('own print'), peer: get('peer print') },
  } as const;
  const bytes = linkTranscriptBytes(transcript);
  expect(bytes).toHaveLength(Number(get('bytes')));
  expect(sha256(bytes)).toBe(get('sha256'));

  const identity = await identityOf(get('seed'));
  expect(identity.key).toBe(get('key'));
  expect(identity.signLink(transcript)).toBe(get('signature'));
  const hello = examples('link').find(({ text }) => text.includes('"hello"'));
  expect(hello?.value).toMatchObject({ key: get('key'), signature: get('signature') });
});

test('the transcript of a strand names the link, and no signature holds for both', async () => {
  const get = vector('strand-transcript');
  const role = get('role');
  if (role !== 'offerer' && role !== 'answerer') throw new Error(`${role} is no role`);
  const transcript = {
    topic: get('topic'),
    linkId: get('strand'),
    introducedBy: get('introduced by'),
    role,
    ownSession: get('own session'),
    peerSession: get('peer session'),
    binding: { kind: 'dtls', own: get('own print'), peer: get('peer print') },
  } as const;
  const bytes = linkTranscriptBytes(transcript);
  expect(bytes).toHaveLength(Number(get('bytes')));
  expect(sha256(bytes)).toBe(get('sha256'));
  const [first] = new TextDecoder().decode(bytes).split('\n');
  expect(blocks('text').some((block) => block.startsWith(`${first}\n`))).toBe(true);
  expect((await identityOf(get('seed'))).signLink(transcript)).toBe(get('signature'));
});

test('what is said of the numbers of blocks', () => {
  const get = vector('strand-frames');
  for (const kind of ['number', 'taken'] as const) {
    const frame = unhex(get(`${kind} frame`));
    expect(hex(encodeStrandFrame(strandClass[kind], Number(get(kind))))).toBe(hex(frame));
    expect(decodeStrandFrame(frame)).toBe(Number(get(kind)));
  }
});

test('a block', () => {
  const get = vector('block');
  const payload = unhex(get('payload'));
  const header = {
    transfer: get('transfer'),
    binding: Number(get('binding')),
    entry: Number(get('entry')),
    offset: Number(get('offset')),
  };
  const message = createBlock(header, payload.length);
  blockPayload(message).set(payload);
  expect(hex(message)).toBe(get('message'));
  expect(decodeBlock(unhex(get('message')))).toEqual({ ...header, payload });
  expect(blockCharge(payload.length)).toBe(Number(get('charge')));
});

test('a control message', () => {
  const get = vector('control');
  const control = parseControl(get('json'));
  if (!control) throw new Error('the example is no control message');
  expect(hex(encodeControl(control))).toBe(get('message'));
  expect(decodeMessage(unhex(get('message')), limits.linkMessageBytes)).toEqual({ kind: 'control', control });
});

describe('a direct lane', () => {
  const get = vector('lane');
  const words = examples('lane').map(({ text }) => parseLaneWord(text));
  const offer = words.find((word): word is LaneOffer => word?.type === 'lane-offer');
  const answer = words.find((word): word is LaneAnswer => word?.type === 'lane-answer');
  if (!offer || !answer) throw new Error('the examples have an offer and an answer');

  test.each([
    { name: 'offer', word: offer, own: 'offerer', peer: 'answerer' },
    { name: 'answer', word: answer, own: 'answerer', peer: 'offerer' },
  ])('the $name is signed by its installation', async ({ name, word, own, peer }) => {
    const identity = await identityOf(get(`${own} key seed`));
    const { key: peerKey } = await identityOf(get(`${peer} key seed`));
    const ends = { linkId: get('link'), ownKey: identity.key, peerKey };
    const made = makeLaneWord(word.type, word.attempt, ends, word, (transcript) => {
      const bytes = laneTranscriptBytes(transcript);
      expect(bytes).toHaveLength(Number(get(`${name} bytes`)));
      expect(sha256(bytes)).toBe(get(`${name} sha256`));
      return identity.signLane(transcript);
    });
    expect(made).toEqual(word);
    expect(laneWordProves(word, { ...ends, ownKey: peerKey, peerKey: identity.key })).toBe(true);
  });

  test('the keys of the checks', () => {
    const keys = probeKeys(offer, answer);
    expect(hex(keys.offerer)).toBe(get('offerer probe key'));
    expect(hex(keys.answerer)).toBe(get('answerer probe key'));
  });

  const probes = vectors('lane-probe');

  test('there is one of each type', () => {
    expect(new Set(probes.map((probe) => probe('type')))).toEqual(new Set(['probe', 'use', 'answer']));
  });

  test.each(probes.map((probe) => ({ from: probe('from'), type: probe('type'), probe })))(
    '$type of the $from',
    ({ from, type, probe }) => {
      const [sender, receiver] =
        from === 'offerer' ? (['offerer', 'answerer'] as const) : (['answerer', 'offerer'] as const);
      if (type !== 'probe' && type !== 'use' && type !== 'answer') throw new Error(`${type} is no type`);
      const said = { type, transaction: probe('transaction') } as const;
      expect(hex(createProbeCodec(sender, get('link'), offer, answer).encode(said))).toBe(probe('message'));
      const heard = createProbeCodec(receiver, get('link'), offer, answer).decode(unhex(probe('message')));
      expect(heard).toEqual(said);
    },
  );

  test('the times of the checks are those in use', () => {
    const told = table('check time | ms').map(([name = '', value = '']) => [name.replaceAll('`', ''), value]);
    const used = Object.entries(checkTimes).map(([name, value]) => [name, value.toLocaleString('en-US')]);
    expect(told).toEqual(used);
  });
});

describe('a whole meeting', () => {
  const meeting = vector('meeting');
  const sealingKey = new Uint8Array(Buffer.from(meeting('sealing key'), 'base64url'));
  const signals = vectors('meeting-signal');
  const spoken = blocks('vector meeting-link').flatMap((body) =>
    body
      .trim()
      .replaceAll(/\n\s+/g, '')
      .split('\n')
      .map((line) => /^(?<who>Ann|Bo) (?<kind>text|control|block) *= (?<value>.*)$/.exec(line)?.groups ?? {}),
  );
  const said = (kind: string): string[] => spoken.flatMap((line) => (line.kind === kind ? [line.value ?? ''] : []));

  async function sealAs(seed: string, nonce: string, json: string): Promise<Uint8Array> {
    const { subtle } = crypto;
    const privateKey = await subtle.importKey('pkcs8', pkcs8(seed), { name: 'Ed25519' }, true, ['sign']);
    const { x = '' } = await subtle.exportKey('jwk', privateKey);
    const raw = new Uint8Array(Buffer.from(x, 'base64url'));
    const publicKey = await subtle.importKey('raw', raw, { name: 'Ed25519' }, true, ['verify']);
    vi.spyOn(subtle, 'generateKey').mockImplementation(async () => ({ privateKey, publicKey }));
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
      if (array instanceof Uint8Array) array.set(unhex(nonce));
      return array;
    });
    const payload = await (await nodeCryptography.createSealing(meeting('topic'), sealingKey)).seal(json);
    vi.restoreAllMocks();
    return payload;
  }

  test.each(signals.map((get) => ({ from: get('from'), json: get('json'), get })))(
    '$from seals $json',
    async ({ from, json, get }) => {
      const payload = await sealAs(meeting(`${from} session seed`), get('nonce'), json);
      expect(payload).toHaveLength(Number(get('bytes')));
      expect(sha256(payload)).toBe(get('sha256'));
      const listener = await nodeCryptography.createSealing(meeting('topic'), sealingKey);
      expect(await listener.open(payload)).toEqual({ session: meeting(`${from} session`), json });
      const decoded = decodeSignal(json);
      if (decoded.kind !== 'signal') throw new Error(`${json} is no signal`);
      expect(decoded.droppedCandidates).toBe(0);
      expect(decoded.signal).toEqual(JSON.parse(json));
    },
  );

  test('the signals are those of the picture, and a goodbye', () => {
    const types = signals.map((get) => `${get('from')} ${String(JSON.parse(get('json')).type)}`);
    expect(types.join(', ')).toBe(
      'Ann announce, Bo announce, Ann challenge, Bo response, Bo offer, Ann answer, Bo candidates, Ann candidates, Ann bye',
    );
  });

  test('who offers has the greater session id, and each hello is signed over what both descriptions say', async () => {
    expect(meeting('Bo session') > meeting('Ann session')).toBe(true);
    const described = new Map(
      signals.flatMap((get) => {
        const { sdp } = JSON.parse(get('json'));
        return sdp ? [[get('from'), readSdp(sdp)?.fingerprint ?? ''] as const] : [];
      }),
    );
    for (const [name, peer, role] of [
      ['Ann', 'Bo', 'answerer'],
      ['Bo', 'Ann', 'offerer'],
    ] as const) {
      const identity = await identityOf(meeting(`${name} key seed`));
      const hello: Hello = {
        type: 'hello',
        versions: [1],
        name,
        capabilities: [],
        key: meeting(`${name} key`),
        signature: identity.signLink({
          topic: meeting('topic'),
          linkId: meeting('link'),
          role,
          ownSession: meeting(`${name} session`),
          peerSession: meeting(`${peer} session`),
          binding: { kind: 'dtls', own: described.get(name) ?? '', peer: described.get(peer) ?? '' },
        }),
      };
      expect(identity.key).toBe(hello.key);
      expect(said('text')).toContain(encodeLinkMessage(hello));
    }
  });

  test('every string on the channel is written as it stands', () => {
    expect(said('text').length).toBeGreaterThan(4);
    for (const text of said('text')) {
      const decoded = decodeLinkMessage(text);
      if (decoded.kind !== 'message') throw new Error(`${text} is no message`);
      expect(encodeLinkMessage(decoded.message)).toBe(text);
    }
  });

  test('so is every control message, and the block is the file', () => {
    expect(said('control').map((json) => String(JSON.parse(json).type))).toEqual([
      'offer',
      'want-manifest',
      'manifest',
      'accept',
      'digests',
      'progress',
      'ended',
    ]);
    for (const json of said('control')) {
      const control = parseControl(json);
      if (!control) throw new Error(`${json} is no control message`);
      const message = encodeControl(control);
      expect(Buffer.from(message.subarray(1)).toString()).toBe(json);
      expect(message[0]).toBe(0);
      expect(decodeMessage(message, limits.linkMessageBytes)).toEqual({ kind: 'control', control });
    }
    const [block] = said('block').map((each) => decodeBlock(unhex(each)));
    expect(block).toMatchObject({ binding: 1, entry: 0, offset: 0 });
    expect(Buffer.from(block?.payload ?? []).toString()).toBe('hello');
    const digest = Buffer.from(sha256(Buffer.from('hello')), 'hex').toString('base64');
    expect(said('control').join()).toContain(digest);
  });
});

describe('the examples are valid, and there is one of each type', () => {
  const typesOf = (all: readonly { value: unknown }[]): unknown[] =>
    all.map(({ value }) => (typeof value === 'object' && value !== null && 'type' in value ? value.type : null)).sort();

  test('signals', () => {
    const all = examples('signal');
    for (const { text, value } of all)
      expect(decodeSignal(text)).toEqual({ kind: 'signal', signal: value, droppedCandidates: 0 });
    expect(typesOf(all)).toEqual(signalSchema.options.map((option) => option.entries.type.literal).sort());
  });

  test('link messages', () => {
    const all = examples('link');
    for (const { text, value } of all) expect(decodeLinkMessage(text)).toEqual({ kind: 'message', message: value });
    expect(typesOf(all)).toEqual(linkMessageSchema.options.map((option) => option.entries.type.literal).sort());
  });

  test('control messages', () => {
    const all = examples('control');
    for (const { text, value } of all) expect(parseControl(text)).toEqual(value);
    expect(typesOf(all)).toEqual(controlSchema.options.map((option) => option.entries.type.literal).sort());
  });

  test('words of the direct lane', () => {
    const all = examples('lane');
    for (const { text, value } of all) {
      expect(parseLaneWord(text)).toEqual(value);
      const word = parseLaneWord(text);
      const message = word && encodeControl(word);
      expect(message && decodeMessage(message, limits.linkMessageBytes)).toEqual({ kind: 'lane-word', word });
    }
    expect(typesOf(all)).toEqual(laneWordSchema.options.map((option) => option.entries.type.literal).sort());
  });

  test('each type has its row, which names every field', () => {
    const schemas = [
      ...signalSchema.options,
      ...linkMessageSchema.options,
      ...controlSchema.options,
      ...laneWordSchema.options,
    ];
    const common = new Set(['v', 'id', 'to', 'type', 'transfer']);
    const rows = document.split('\n').filter((line) => line.startsWith('| `'));
    for (const { entries } of schemas) {
      const type = entries.type.literal;
      const named = rows.filter((row) => row.startsWith(`| \`${type}\` |`));
      // Some layers have a type of the same name.
      const layers = schemas.filter((schema) => schema.entries.type.literal === type);
      expect(named, `rows for ${type}`).toHaveLength(layers.length);
      // The fields of a hello have a table of their own.
      const fields = (type === 'hello' ? rows : named).join('\n');
      for (const field of Object.keys(entries)) {
        if (!common.has(field)) expect(fields, `${type}.${field}`).toContain(`\`${field}\``);
      }
    }
  });
});

test('every time is the one in use', () => {
  const { brokerBackoffMs, announceBackoffMs, attemptBackoffMs, repeatsMs, ...plain } = usualTimings;
  const number = (value: number): string => value.toLocaleString('en-US');
  const range = ({ first, most }: { first: number; most: number }): string => `${number(first)} to ${number(most)}`;
  const expected: Record<string, string> = {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, number(value)])),
    brokerBackoffMs: range(brokerBackoffMs),
    announceBackoffMs: range(announceBackoffMs),
    attemptBackoffMs: range(attemptBackoffMs),
    repeatsMs: repeatsMs.map(number).join(', '),
  };
  const told = table('name | ms').map(([name = '', value = '']) => [name.replaceAll('`', ''), value]);
  expect(Object.fromEntries(told)).toEqual(expected);
});

test('every bound is the one in use', () => {
  const rows = table('name | value');
  expect(rows.length).toBeGreaterThan(20);
  const all = new Map<string, number>(Object.entries(limits));
  for (const [name = '', value = ''] of rows) {
    expect(value, name).toBe(all.get(name.replaceAll('`', ''))?.toLocaleString('en-US'));
  }
});

test('every reason is listed', () => {
  expect(blocks('text reasons').join(' ').trim().split(/\s+/)).toEqual(reasonCodes);
});

describe('the tables of states are those of the machine', () => {
  const happenings: Record<string, Happening> = {
    'lane-up': { type: 'lane-up' },
    'lane-down': { type: 'lane-down' },
    'lane-moved': { type: 'lane-moved' },
    accept: { type: 'accept' },
    decline: { type: 'decline' },
    started: { type: 'started' },
    'all-moved': { type: 'all-moved' },
    finish: { type: 'finish', state: 'done', reason: null },
    cancel: { type: 'cancel', reason: { code: 'cancelled-by-me' } },
    hold: { type: 'hold', reason: { code: 'paused-by-me' } },
    'peer-offer': { type: 'peer-offer', hold: null },
    'peer-bind': { type: 'peer-bind', hold: null },
    'peer-restart': { type: 'peer-restart' },
    'peer-hold': { type: 'peer-hold', reason: 'paused-by-me' },
    'peer-cancel': { type: 'peer-cancel', reason: 'cancelled-by-peer' },
    'peer-ended': { type: 'peer-ended', state: 'done', reason: null },
    'peer-gone': { type: 'peer-gone' },
  };
  const phases = ['offered', 'accepted', 'running', 'verifying'] as const;
  const rows = (['sender', 'receiver'] as const).flatMap((role) =>
    table(`${role}: what happens`).map(([what = '', ...cells]) => ({ role, what, cells })),
  );

  test('both tables are found', () => {
    expect(rows.length).toBe(26);
  });

  test.each(rows)('$role: $what', ({ role, what, cells }) => {
    const happening = happenings[what.split(' ')[0] ?? ''];
    if (!happening) throw new Error(`nothing is called "${what}"`);
    const says = new Set<string>();
    phases.forEach((phase, index) => {
      const status: Status = {
        ...initialStatus(role),
        phase,
        // A lane that comes up finds the transfer without one, and nobody has spoken of it there.
        lane: happening.type !== 'lane-up',
        met: true,
        prepared: phase !== 'offered',
      };
      const { status: next, say } = step(status, happening);
      for (const word of say) says.add(word === 'bind' ? 'accept' : word);
      if (happening.type === 'lane-up') expect(next.phase).toBe(phase);
      else expect(stateOf(next)).toBe(cells[index] === '-' ? phase : cells[index]);
    });
    expect([...says].join(', ')).toBe(cells[phases.length]);
  });
});
