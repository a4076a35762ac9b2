import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64url } from '../../../../src/shared/base64url.ts';
import {
  fromTheOtherEnd,
  helloProves,
  type LinkTranscript,
  linkTranscriptBytes,
} from '../../../../src/shared/protocol/hello-proof.ts';
import type { Hello } from '../../../../src/shared/protocol/link-messages.ts';
import { nodeCryptography } from '../../../support/connect-cryptography.ts';
import { makeTestIdentity } from '../../../support/connect-person.ts';

const transcript: LinkTranscript = {
  topic: 'roomdrop/t',
  linkId: 'l',
  role: 'offerer',
  ownSession: 'a',
  peerSession: 'b',
  binding: { kind: 'dtls', own: 'sha-256 AB', peer: 'sha-256 CD' },
};

/** Of a channel inside that link. */
const strand: LinkTranscript = { ...transcript, linkId: 's', introducedBy: 'l' };

test('a key that needs no private one proves nothing, whoever verifies', async () => {
  const hello: Hello = {
    type: 'hello',
    versions: [1],
    name: 'Eve',
    capabilities: [],
    key: toBase64url(Uint8Array.of(1, ...new Uint8Array(31))),
    signature: toBase64url(new Uint8Array(64)),
  };
  expect(await helloProves(hello, transcript, async () => true)).toBe(false);
  expect(await helloProves({ ...hello, key: makeTestIdentity().key }, transcript, async () => true)).toBe(true);
});

describe('the transcript of a link', () => {
  test('vector', () => {
    expect(new TextDecoder().decode(linkTranscriptBytes(transcript))).toBe(
      'roomdrop-link-v1\nroomdrop/t\nl\nofferer\na\nb\nsha-256 AB\nsha-256 CD',
    );
  });

  test('of a strand begins with a line of its own, and names the link', () => {
    expect(new TextDecoder().decode(linkTranscriptBytes(strand))).toBe(
      'roomdrop-strand-v1\nl\nroomdrop/t\ns\nofferer\na\nb\nsha-256 AB\nsha-256 CD',
    );
    expect(fromTheOtherEnd(strand)).toMatchObject({ introducedBy: 'l', linkId: 's', role: 'answerer' });
  });

  test('is the same link from the other end, and from there again', () => {
    expect(fromTheOtherEnd(transcript)).toEqual({
      topic: 'roomdrop/t',
      linkId: 'l',
      role: 'answerer',
      ownSession: 'b',
      peerSession: 'a',
      binding: { kind: 'dtls', own: 'sha-256 CD', peer: 'sha-256 AB' },
    });
    expect(fromTheOtherEnd(fromTheOtherEnd(transcript))).toEqual(transcript);
  });

  test('two transcripts that differ have different bytes, or are refused', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n') });
    const transcripts = fc.record({
      topic: field,
      linkId: field,
      introducedBy: fc.option(field, { nil: undefined }),
      role: fc.constantFrom('offerer' as const, 'answerer' as const),
      ownSession: field,
      peerSession: field,
      binding: fc.record({ kind: fc.constant('dtls' as const), own: field, peer: field }),
    });
    const bytes = (one: LinkTranscript): string | null => {
      try {
        return Buffer.from(linkTranscriptBytes(one)).toString('hex');
      } catch {
        return null;
      }
    };
    const texts = ({ binding, ...fields }: LinkTranscript): string[] =>
      Object.values({ ...fields, ...binding }).filter((value) => value !== undefined);
    fc.assert(
      fc.property(transcripts, transcripts, (one, other) => {
        const [left, right] = [bytes(one), bytes(other)];
        expect(left === null).toBe(texts(one).some((value) => value.includes('\n')));
        if (left !== null && JSON.stringify(one) !== JSON.stringify(other)) expect(left).not.toBe(right);
      }),
    );
  });
});

describe('a hello', () => {
  async function helloOver(signed: LinkTranscript): Promise<Hello> {
    const { key, signature } = await makeTestIdentity().sign(signed);
    return { type: 'hello', versions: [1], name: 'Ben', capabilities: [], key, signature };
  }

  test('proves its key over the link as its sender sees it, and not as the receiver does', async () => {
    expect(await helloProves(await helloOver(fromTheOtherEnd(transcript)), transcript, nodeCryptography.verify)).toBe(
      true,
    );
    expect(await helloProves(await helloOver(transcript), transcript, nodeCryptography.verify)).toBe(false);
  });

  test('of a strand proves nothing of the link, nor the other way round, nor of a strand of another link', async () => {
    const signedFor = [transcript, strand, { ...strand, introducedBy: 'm' }, { ...strand, introducedBy: undefined }];
    for (const signed of signedFor) {
      const hello = await helloOver(fromTheOtherEnd(signed));
      const proven = await Promise.all(signedFor.map((own) => helloProves(hello, own, nodeCryptography.verify)));
      expect(proven).toEqual(signedFor.map((own) => own === signed));
    }
  });

  test('proves nothing where a signature cannot be checked', async () => {
    const hello = await helloOver(fromTheOtherEnd(transcript));
    const broken = (): Promise<boolean> => Promise.reject(new Error('no Ed25519 here'));
    expect(await helloProves(hello, transcript, broken)).toBe(false);
    const lineFeed = { ...transcript, topic: 'roomdrop\n/t' };
    expect(await helloProves(hello, lineFeed, async () => true)).toBe(false);
  });
});
