import { describe, expect, test } from 'vitest';
import { createSpread } from '../../../../src/connect/strands/spread.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { decodeStrandFrame, encodeStrandFrame, strandClass } from '../../../../src/shared/protocol/strand-frames.ts';
import { createFakeClock } from '../../../support/connect-clock.ts';
import { nodeWorld } from '../../../support/connect-world.ts';
import { adasStrandParts } from '../../../support/strand-parts.ts';

const block = (): Uint8Array<ArrayBuffer> => new Uint8Array(limits.linkMessageBytes).fill(1);

/** The blocks of a link without a strand yet, whose channel takes all that may go. */
function setUp(options: { far: boolean; known?: boolean }) {
  const clock = createFakeClock();
  const sent: Uint8Array[] = [];
  const spread = createSpread({
    channel: { send: (bytes) => sent.push(bytes as Uint8Array), bufferedBytes: 0 },
    control: { on: () => undefined, say: () => undefined },
    parts: options.known === false ? null : adasStrandParts({ ...nodeWorld, clock }),
    roundTripMs: () => (options.far ? 40 : 1),
    isFar: () => options.far,
    fillFirst,
    onHanded: () => undefined,
    onBlock: () => undefined,
    onOffence: () => undefined,
  });

  function fillFirst(): void {
    while (spread.nextBlock() > 0);
  }

  return { clock, spread, sent };
}

const taken = (count: number) => encodeStrandFrame(strandClass.taken, count);

describe('the first channel', () => {
  test('of a long way has 256 KiB under way, and more when some are taken', () => {
    const { spread, sent } = setUp({ far: true });
    for (let count = 0; count < 10; count++) spread.send(block());
    expect(sent).toHaveLength(4);
    expect(spread.hear(taken(3))).toBe('heard');
    expect(sent).toHaveLength(7);
    expect(spread.hear(taken(7))).toBe('heard');
    expect(sent).toHaveLength(10);
    spread.close();
  });

  test.each([
    ['of a short way', { far: false }],
    ['to somebody who does not know strands, and tells nothing,', { far: true, known: false }],
  ])('%s has all that it takes', (_, options) => {
    const { spread, sent } = setUp(options);
    for (let count = 0; count < 10; count++) spread.send(block());
    expect(sent).toHaveLength(10);
    spread.close();
  });
});

test('what is handed on is told from the first block on, with no strand there', async () => {
  const { clock, spread, sent } = setUp({ far: true });
  spread.hear(block());
  await clock.advance(50);
  expect(sent.map((bytes) => decodeStrandFrame(bytes))).toEqual([1]);
  for (let count = 0; count < 4; count++) spread.hear(block());
  expect(sent.map((bytes) => decodeStrandFrame(bytes))).toEqual([1, 5]);
  spread.close();
});
