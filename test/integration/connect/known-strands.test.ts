import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIncomingBlocks } from '../../../src/connect/strands/incoming-blocks.ts';
import { createOutgoingBlocks } from '../../../src/connect/strands/outgoing-blocks.ts';
import { createStrands, type Strands } from '../../../src/connect/strands/strands.ts';
import type { LinkMessage, LinkMessages } from '../../../src/shared/protocol/link-messages.ts';
import { nodeWorld } from '../../support/connect-world.ts';
import { adasStrandParts } from '../../support/strand-parts.ts';
import { type WatchedPlatform, watchPlatform } from '../../support/watched-platform.ts';

const sdp = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:uFra',
  'a=ice-pwd:twenty-two-characters-x',
  `a=fingerprint:sha-256 ${'AB:'.repeat(31)}CD`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');

let platform: WatchedPlatform;
let said: LinkMessage[];
let offer: (message: LinkMessages['strand-offer']) => void;
let strands: Strands;

beforeEach(() => {
  platform = watchPlatform(nodeWorld.platform, 1000);
  said = [];
  strands = createStrands({
    parts: adasStrandParts({ ...nodeWorld, platform }),
    control: {
      on(type, handle) {
        if (type === 'strand-offer') offer = (message) => Reflect.apply(handle, null, [message]);
      },
      say: (message) => said.push(message),
    },
    outgoing: createOutgoingBlocks(true),
    join: () => createIncomingBlocks(() => undefined).join(null),
    hear: () => true,
    handBlock: () => 0,
    onOpening: () => undefined,
    onRoom: () => undefined,
    onHanded: () => undefined,
    onOffence: () => undefined,
  });
});

afterEach(async () => {
  strands.close();
  // None is forgotten while it is held.
  await expect.poll(() => platform.connections.filter(({ isOpen }) => isOpen)).toEqual([]);
});

const idOf = (at: number): string => at.toString().padStart(22, 'A');
const offers = (strand: string, description = sdp): void => offer({ type: 'strand-offer', strand, sdp: description });

test('an id that was offered before is ignored, whether it is held or was refused', () => {
  offers(idOf(1));
  offers(idOf(1));
  offers(idOf(2), 'v=0');
  offers(idOf(2));
  expect([platform.connections.length, strands.all.length]).toEqual([1, 1]);
  expect(said).toEqual([{ type: 'strand-over', strand: idOf(2) }]);
});

test('however many were offered since, one that is held is not offered twice', () => {
  offers(idOf(0));
  for (let at = 1; at <= 100; at++) offers(idOf(at), 'v=0');
  offers(idOf(0));
  expect([platform.connections.length, strands.all.length]).toEqual([1, 1]);
});
