import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { decodeSignal } from '../../../../src/shared/protocol/signal.ts';

const id = 'abcdefghijklmnopqrstuv';
const header = { v: 1, id };
const decode = (message: unknown) => decodeSignal(JSON.stringify(message));

const valid = [
  { ...header, type: 'announce', nonce: id, name: 'Ada' },
  { ...header, type: 'challenge', to: id, echo: id, nonce: id, name: 'Ada' },
  { ...header, type: 'response', to: id, echo: id, name: 'Ada' },
  { ...header, type: 'refuse', to: id, echo: null, reason: 'version-unknown' },
  { ...header, type: 'refuse', to: id, echo: id, reason: 'room-full' },
  { ...header, type: 'offer', to: id, link: id, sdp: 'v=0' },
  { ...header, type: 'answer', to: id, link: id, sdp: 'v=0' },
  { ...header, type: 'candidates', to: id, link: id, candidates: [], end: true },
  { ...header, type: 'retry', to: id, last: null },
  { ...header, type: 'bye' },
  { ...header, type: 'gone', at: 'wss://broker.example/mqtt' },
];

describe('decodeSignal', () => {
  test.each(valid)('$type', (message) => {
    expect(decode(message)).toEqual({ kind: 'signal', signal: message, droppedCandidates: 0 });
    expect(decode({ ...message, later: 'addition' })).toEqual({
      kind: 'signal',
      signal: message,
      droppedCandidates: 0,
    });
    for (const key of Object.keys(message)) {
      if (key === 'end') continue;
      const { [key]: _, ...rest } = message as Record<string, unknown>;
      expect(decode(rest).kind).toBe('malformed');
    }
  });

  test('costs of several candidates only the malformed ones; each names a place, or is the end', () => {
    const candidate = (facts: object) => ({ candidate: 'candidate:1', sdpMid: null, sdpMLineIndex: null, ...facts });
    const sound = [candidate({ sdpMid: '0' }), candidate({ sdpMLineIndex: 0 }), candidate({ candidate: '' })];
    const message = { ...header, type: 'candidates', to: id, link: id, end: false };
    const decoded = decode({ ...message, candidates: [candidate({}), ...sound, { candidate: 7 }] });
    expect(decoded).toMatchObject({ kind: 'signal', droppedCandidates: 2, signal: { candidates: sound } });
  });

  test('refuses what breaks a limit', () => {
    const offer = { ...header, type: 'offer', to: id, link: id };
    expect(decode({ ...offer, sdp: 'x'.repeat(limits.sdpCharacters) }).kind).toBe('signal');
    expect(decode({ ...offer, sdp: 'x'.repeat(limits.sdpCharacters + 1) }).kind).toBe('malformed');
    const candidates = { ...header, type: 'candidates', to: id, link: id };
    const end = { candidate: '' };
    expect(decode({ ...candidates, candidates: Array(limits.signalCandidates).fill(end) }).kind).toBe('signal');
    expect(decode({ ...candidates, candidates: Array(limits.signalCandidates + 1).fill(end) }).kind).toBe('malformed');
    expect(decode({ ...header, id: 'short', type: 'bye' }).kind).toBe('malformed');
    expect(decode({ ...header, id: `${id.slice(1)}\n`, type: 'bye' }).kind).toBe('malformed');
    for (const long of [`x${id}`, `${id}x`])
      expect(decode({ ...header, id: long, type: 'bye' }).kind).toBe('malformed');
    expect(decode({ ...header, type: 'unheard-of' }).kind).toBe('malformed');
    expect(decode({ ...header, type: 'announce', nonce: id, name: ' \u202e\u0000 ' }).kind).toBe('malformed');
  });

  test('hears of no end where none is told', () => {
    const decoded = decode({ ...header, type: 'candidates', to: id, link: id, candidates: [] });
    expect(decoded).toMatchObject({ signal: { end: false } });
  });

  test('tells another version apart from nonsense, and to whom it was said', () => {
    expect(decode({ v: 2, id, anything: true })).toEqual({ kind: 'version-unknown', to: null });
    expect(decode({ v: 0, id, to: id, type: 'bye' })).toEqual({ kind: 'version-unknown', to: id });
    expect(decode({ v: 2 }).kind).toBe('malformed');
    expect(decode({ v: '2', id }).kind).toBe('malformed');
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeSignal(text)).toEqual({ kind: 'malformed' });
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decodeSignal(text).kind).toBe('malformed');
      }),
    );
  });
});

describe('a peer\u2019s name', () => {
  const nameOf = (name: string): string | null => {
    const decoded = decode({ ...header, type: 'announce', nonce: id, name });
    return decoded.kind === 'signal' && decoded.signal.type === 'announce' ? decoded.signal.name : null;
  };

  test('is trimmed, cleaned and shortened', () => {
    expect(nameOf('  Ada \t Lovelace\n')).toBe('Ada Lovelace');
    expect(nameOf('evil\u202etxt.exe')).toBe('eviltxt.exe');
    expect(nameOf('a\u0000b\u001b[31mc')).toBe('ab[31mc');
    expect(nameOf('\u2066x\u2069\ufeff\u200b')).toBe('x');
    expect(nameOf('e\u0301')).toBe('\u00e9');
    expect(nameOf('x'.repeat(80))).toBe('x'.repeat(64));
    expect(nameOf(` ${'x'.repeat(64)}`)).toBe('x'.repeat(64));
    expect(nameOf(`${'x'.repeat(63)} y`)).toBe('x'.repeat(63));
    expect(nameOf('\u{1f600}'.repeat(80))).toBe('\u{1f600}'.repeat(64));
    expect(nameOf('\ud800x')).toBe('x');
  });

  test.each([
    ['a Hangul filler', '\u3164'],
    ['a Braille blank', '\u2800\u2800'],
    ['a grapheme joiner', '\u034f'],
    ['tag characters', '\u{e0041}\u{e0042}'],
    ['joiners', '\u200d\u200c\u200d'],
    ['marks without a letter', '\u0301\u0302'],
  ])('of nothing but %s is none', (_, name) => {
    expect(nameOf(name)).toBeNull();
  });

  test('has a bounded number of marks on a letter', () => {
    expect(nameOf(`X${'\u0334\u0301'.repeat(50)}oe`)).toMatch(/^X\p{M}{6}oe$/u);
  });

  test('keeps what scripts and emoji need', () => {
    for (const name of [
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
      '\u5c71\u7530 \u592a\u90ce',
      'Zo\u00eb',
    ]) {
      expect(nameOf(name)).toBe(name);
    }
  });
});
