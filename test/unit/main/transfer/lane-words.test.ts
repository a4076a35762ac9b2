import { expect, test } from 'vitest';
import type { LaneTerms } from '../../../../src/main/lane/lane.ts';
import type { LaneTraffic } from '../../../../src/main/transfer/lane-traffic.ts';
import { createLaneWords } from '../../../../src/main/transfer/lane-words.ts';
import type { LaneWord } from '../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const word: LaneWord = { type: 'lane-over', attempt: 'A'.repeat(22), why: 'lost' };

type Traffic = Pick<LaneTraffic, 'peer' | 'kind' | 'refuse' | 'send'>;

/** As much of a lane's traffic as is needed here. */
function lane(key: string, kind: LaneTerms['kind']) {
  const sent: unknown[] = [];
  const seen = { refused: 0, sent };
  const traffic: Traffic = {
    peer: { key, session: 'session', name: 'name' },
    kind,
    refuse: () => seen.refused++,
    send: (control) => sent.push(control),
  };
  return { seen, traffic };
}

function setUp() {
  const up: Traffic[] = [];
  const heard: string[] = [];
  let nowMs = 0;
  const words = createLaneWords({
    now: () => nowMs,
    lanes: { ofKind: (key, kind) => up.find((each) => each.peer.key === key && each.kind === kind) ?? null },
    heard: (peer) => heard.push(peer.key),
  });
  return { up, heard, words, pass: (ms: number) => (nowMs += ms) };
}

test('a few words a second are heard of each person, the rest is refused', () => {
  const { heard, words, pass } = setUp();
  const [ann, annAgain, bo] = [lane('ann', 'channel'), lane('ann', 'channel'), lane('bo', 'channel')];
  for (let said = 0; said < limits.laneWordsAtOnce + 3; said++) words.hear(ann.traffic, word);
  expect(heard).toHaveLength(limits.laneWordsAtOnce);
  expect(ann.seen.refused).toBe(3);
  // A lane in place of the first one says no more, and nobody else says less.
  words.hear(annAgain.traffic, word);
  expect(annAgain.seen.refused).toBe(1);
  words.hear(bo.traffic, word);
  expect(heard.at(-1)).toBe('bo');
  pass(1000);
  for (let said = 0; said < limits.laneWordsPerSecond; said++) words.hear(annAgain.traffic, word);
  expect(annAgain.seen.refused).toBe(1);
  words.hear(annAgain.traffic, word);
  expect(annAgain.seen.refused).toBe(2);
});

test('who has been away is heard anew', () => {
  const { heard, words } = setUp();
  const ann = lane('ann', 'channel');
  for (let said = 0; said < limits.laneWordsAtOnce; said++) words.hear(ann.traffic, word);
  words.down('ann');
  words.hear(ann.traffic, word);
  expect(heard).toHaveLength(limits.laneWordsAtOnce + 1);
});

test('on a lane of another kind nothing is heard', () => {
  const { heard, words } = setUp();
  const direct = lane('ann', 'direct');
  words.hear(direct.traffic, word);
  expect(heard).toEqual([]);
  expect(direct.seen.refused).toBe(1);
});

test('it is said on the lane of the data channel, where there is one', () => {
  const { up, words } = setUp();
  const [direct, channel] = [lane('ann', 'direct'), lane('ann', 'channel')];
  up.push(direct.traffic);
  expect(words.say('ann', word)).toBe(false);
  up.push(channel.traffic);
  expect(words.say('bo', word)).toBe(false);
  expect(words.say('ann', word)).toBe(true);
  expect([direct.seen.sent, channel.seen.sent]).toEqual([[], [word]]);
});
