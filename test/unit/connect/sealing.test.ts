import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { payloadSizes, type Sealing } from '../../../src/connect/sealing.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { nodeCryptography } from '../../support/connect-cryptography.ts';
import { forgedSignature, smallOrderKeys } from '../../support/small-order.ts';

const topic = 'roomdrop/somewhere';
const key = new Uint8Array(randomBytes(32));
let ada: Sealing;
let ben: Sealing;

beforeAll(async () => {
  ada = await nodeCryptography.createSealing(topic, key);
  ben = await nodeCryptography.createSealing(topic, key);
});

describe('a sealed message', () => {
  test('opens for who has the room\u2019s key, and tells the session that made it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 2000 }), async (text) => {
        fc.pre(new TextEncoder().encode(text).length < 16_000);
        const json = JSON.stringify(text);
        expect(await ben.open(await ada.seal(json))).toEqual({ session: ada.session, json });
      }),
      { numRuns: 40 },
    );
  });

  test('has one of six sizes, and no text of it can be seen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 16_258 }), async (length) => {
        const payload = await ada.seal('n'.repeat(length));
        expect(payloadSizes).toContain(payload.length);
        expect(payload.length).toBe(payloadSizes.find((size) => size >= length + 126));
        expect(Buffer.from(payload).includes('nnnn')).toBe(false);
      }),
      { numRuns: 40 },
    );
    expect(payloadSizes).toEqual([512, 1024, 2048, 4096, 8192, 16_384]);
    expect(payloadSizes.at(-1)).toBe(limits.signalBytes);
  });

  test('never looks the same twice', async () => {
    expect(await ada.seal('{}')).not.toEqual(await ada.seal('{}'));
  });

  test('that would be too long is not made', async () => {
    await expect(ada.seal('n'.repeat(16_259))).rejects.toThrow(RangeError);
  });

  test('does not open when any bit is flipped', async () => {
    const payload = await ada.seal('{"type":"bye"}');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: payload.length * 8 - 1 }), async (bit) => {
        const forged = payload.slice();
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await ben.open(forged)).toBe('not-opened');
      }),
      { numRuns: 300 },
    );
  });

  test('does not open on another topic, with another key, or cut short', async () => {
    const payload = await ada.seal('{}');
    expect(await (await nodeCryptography.createSealing('roomdrop/elsewhere', key)).open(payload)).toBe('not-opened');
    expect(await (await nodeCryptography.createSealing(topic, new Uint8Array(32))).open(payload)).toBe('not-opened');
    expect(await ben.open(payload.subarray(0, 511))).toBe('not-opened');
    expect(await ben.open(new Uint8Array(0))).toBe('not-opened');
    expect(await ben.open(new Uint8Array(512))).toBe('not-opened');
  });
});

describe('somebody who has the code', () => {
  /** Seals any plaintext, as a hostile member could. */
  async function sealRaw(plaintext: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const roomKey = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(topic);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, roomKey, plaintext);
    return Buffer.concat([iv, new Uint8Array(sealed)]);
  }

  async function plaintextOf(payload: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const roomKey = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    const additionalData = new TextEncoder().encode(topic);
    const iv = payload.slice(0, 12);
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, roomKey, payload.slice(12)),
    );
  }

  test('cannot speak as another session: key, signature and text belong together', async () => {
    const plaintext = await plaintextOf(await ada.seal('{"type":"bye"}'));
    const opened = await ben.open(await sealRaw(plaintext));
    expect(opened).toEqual({ session: ada.session, json: '{"type":"bye"}' });
    // Every byte of the session's key, its signature, the length and the text.
    for (let at = 0; at < 32 + 64 + 2 + 14; at++) {
      const forged = plaintext.slice();
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(await ben.open(await sealRaw(forged))).toBe('not-verified');
    }
    const bens = await plaintextOf(await ben.seal('{"type":"bye"}'));
    const mixed = plaintext.slice();
    mixed.set(bens.subarray(0, 32));
    expect(await ada.open(await sealRaw(mixed))).toBe('not-verified');
  });

  test('cannot be a session that anybody could be: keys of small order are refused', async () => {
    const json = Buffer.from('{"type":"bye"}');
    for (const hex of smallOrderKeys) {
      const plaintext = new Uint8Array(484);
      plaintext.set(Buffer.from(hex, 'hex'));
      plaintext.set(forgedSignature, 32);
      new DataView(plaintext.buffer).setUint16(96, json.length);
      plaintext.set(json, 98);
      expect(await ben.open(await sealRaw(plaintext))).toBe('not-verified');
    }
  });

  test('cannot carry a signature over to another room', async () => {
    const plaintext = await plaintextOf(await ada.seal('{}'));
    const other = await nodeCryptography.createSealing('roomdrop/elsewhere', key);
    const roomKey = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
    const iv = new Uint8Array(12);
    const additionalData = new TextEncoder().encode('roomdrop/elsewhere');
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, roomKey, plaintext);
    expect(await other.open(Buffer.concat([iv, new Uint8Array(sealed)]))).toBe('not-verified');
  });

  test('cannot crash anybody with a plaintext of any content', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 484, maxLength: 484 }), async (bytes) => {
        expect(await ben.open(await sealRaw(new Uint8Array(bytes)))).toBe('not-verified');
      }),
      { numRuns: 50 },
    );
  });
});
