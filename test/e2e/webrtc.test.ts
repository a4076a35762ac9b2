import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, openPage } from '../support/chromium.ts';
import { servePage } from '../support/page-server.ts';
import { createLaboratory, type Edit, type Laboratory, type Moment } from '../support/webrtc-page/laboratory.ts';
import { told } from '../support/webrtc-page/told.ts';
import type { TryName } from '../support/webrtc-page/tries.ts';
import { lendToProcess } from '../world/ambient.ts';
import { createChance } from '../world/chance.ts';
import { createNetwork } from '../world/network.ts';
import type { CandidateInit } from '../world/standard.ts';
import { createTimeline } from '../world/timeline.ts';
import { createEther } from '../world/webrtc.ts';

/**
 * The world's WebRTC (`test/world/webrtc.ts`) against Chromium's: the same is done to both, and what is written here is what
 * both say to it.
 */
let page: Page;
let browser: Browser;
let served: Awaited<ReturnType<typeof servePage>>;
let leftBehind: Promise<unknown>;

beforeAll(async () => {
  served = await servePage(join(import.meta.dirname, '../support/webrtc-page'));
  browser = await launchChromium();
  page = await openPage(browser, served.url);
  leftBehind = inChromium('story', 'somebody is left behind');
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** A page may make 500 connections, and those that it has closed count until they are collected. */
async function openAnew(): Promise<void> {
  page = await openPage(browser, served.url);
}

type Question = keyof Laboratory;

function inChromium<Asked extends Question>(asked: Asked, ...given: Parameters<Laboratory[Asked]>): Promise<unknown> {
  return page.evaluate(([name, values]) => Reflect.apply(window.webrtc[name], null, values), [asked, given] as const);
}

/** As long as it takes, in no time. */
async function inWorld<Asked extends Question>(
  asked: Asked,
  ...given: Parameters<Laboratory[Asked]>
): Promise<unknown> {
  const timeline = createTimeline();
  const chance = createChance(1);
  const giveBack = lendToProcess(timeline, chance.fork());
  try {
    const network = createNetwork(timeline.now);
    const ether = createEther({ timeline, chance, network, delayMs: 5, bytesPerMs: 4000 });
    const laboratory = createLaboratory({
      platforms: [ether.platform('10.0.0.1'), ether.platform('10.0.0.2')],
      now: timeline.now,
      pause: (ms) => new Promise((done) => timeline.after(ms, done)),
    });
    const answer = Promise.resolve(Reflect.apply(laboratory[asked], null, given));
    const ended = Symbol('ended');
    const end = timeline.run(60_000).then(() => ended);
    const first = await Promise.race([answer, end]);
    await end;
    expect(first, 'it takes more than a minute in the world').not.toBe(ended);
    expect(ether.openConnections).toBe(0);
    return first;
  } finally {
    giveBack();
  }
}

/** Asked of both. */
async function ask<Asked extends Question>(asked: Asked, ...given: Parameters<Laboratory[Asked]>): Promise<unknown> {
  const [world, chromium] = [await inWorld(asked, ...given), await inChromium(asked, ...given)];
  expect(world).toEqual(chromium);
  return chromium;
}

const line = 'candidate:1 1 udp 2122260223 192.0.2.77 9999 typ host';
const placed = (candidate: string): CandidateInit => ({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
const withAddress = (address: string): CandidateInit => placed(line.replace('192.0.2.77', address));

describe('a candidate', () => {
  beforeAll(openAnew);

  const accepted: readonly [what: string, CandidateInit | null][] = [
    ['with mid and index', placed(line)],
    ['placed by its mid', { candidate: line, sdpMid: '0' }],
    ['placed by its index', { candidate: line, sdpMLineIndex: 0 }],
    ['placed by an empty mid', { candidate: line, sdpMid: '' }],
    ['whose mid is right and whose index is not', { candidate: line, sdpMid: '0', sdpMLineIndex: 7 }],
    [
      'whose index is larger than an unsigned short, and right in what is left of it',
      { candidate: line, sdpMLineIndex: 65_536 },
    ],
    ['of another description, by its field', { ...placed(line), usernameFragment: 'old' }],
    ['of another description, by its line', placed(`${line} ufrag old`)],
    ['that is null', null],
    ['that is empty', { candidate: '' }],
    ['that is missing', {}],
    ['that is empty, with its place', placed('')],
    ['that is empty, with a mid nobody knows', { candidate: '', sdpMid: 'unheard-of' }],
    ['with a= before it', placed(`a=${line}`)],
    ["with a line's end behind it", placed(`${line}\r\n`)],
    ['with a space behind it', placed(`${line} `)],
    ['with what nobody has heard of behind it', placed(`${line} unheard of`)],
    ['by UDP in capitals', placed(line.replace('udp', 'UDP'))],
    ['by TCP, active', placed('candidate:1 1 tcp 1518280447 192.0.2.77 9 typ host tcptype active')],
    ['by TCP, passive', placed('candidate:1 1 tcp 1518280447 192.0.2.77 5000 typ host tcptype passive')],
    ['by TCP of no kind', placed('candidate:1 1 tcp 1518280447 192.0.2.77 5000 typ host')],
    ['with a name for mDNS', withAddress('1f4712db-ea17-4bcf-a596-105139dfd8bf.local')],
    ['with any name', withAddress('host.example')],
    ['with an IPv6 address', withAddress('2001:db8::7')],
    ['with an address that is none', withAddress('999.1.1.1')],
    ['without an address', withAddress('')],
    ['with port 0', placed(line.replace('9999', '0'))],
    ['of another component', placed(line.replace('1 1 udp', '1 2 udp'))],
    [
      'that a STUN server saw',
      placed('candidate:2 1 udp 1686052607 198.51.100.3 9999 typ srflx raddr 0.0.0.0 rport 0'),
    ],
    ['of a relay', placed('candidate:3 1 udp 41885439 203.0.113.3 9999 typ relay raddr 198.51.100.3 rport 5')],
    ['of a relay that says no more', placed('candidate:3 1 udp 41885439 203.0.113.3 9999 typ relay')],
    ['that a peer saw', placed('candidate:4 1 udp 1686052607 198.51.100.3 9999 typ prflx')],
  ];
  test.each(accepted)('%s is accepted', async (_, given) => {
    expect(await ask('candidate', 'answer sent', given)).toBe('accepted');
  });

  test('that nobody gives is accepted', async () => {
    expect(await ask('candidate', 'answer sent')).toBe('accepted');
  });

  const refused: readonly [what: string, CandidateInit, verdict: string][] = [
    ['neither mid nor index', { candidate: line }, 'TypeError'],
    ['null for both', { candidate: line, sdpMid: null, sdpMLineIndex: null }, 'TypeError'],
    ['a mid nobody knows', { candidate: line, sdpMid: 'unheard-of' }, 'OperationError'],
    [
      'a mid nobody knows beside a good index',
      { candidate: line, sdpMid: 'unheard-of', sdpMLineIndex: 0 },
      'OperationError',
    ],
    ['an index out of range', { candidate: line, sdpMLineIndex: 7 }, 'OperationError'],
    ['an index below 0', { candidate: line, sdpMLineIndex: -1 }, 'OperationError'],
    ['rubbish for a line', placed('rubbish'), 'OperationError'],
    ['a line without its beginning', placed(line.slice('candidate:'.length)), 'OperationError'],
    ['a line in capitals', placed(line.toUpperCase()), 'OperationError'],
    ['a space before its line', placed(` ${line}`), 'OperationError'],
    ['two spaces in its line', placed(line.replace(' 1 udp', '  1 udp')), 'OperationError'],
    ['two lines', placed(`${line}\r\n${line}`), 'OperationError'],
    ['a line that is too short', placed(line.replace(' typ host', '')), 'OperationError'],
    ['a type nobody knows', placed(line.replace('host', 'unheard-of')), 'OperationError'],
    ['a protocol nobody knows', placed(line.replace('udp', 'sctp')), 'OperationError'],
    ['a kind of TCP nobody knows', placed(`${line.replace('udp', 'tcp')} tcptype unheard-of`), 'OperationError'],
    ['a component that is no number', placed(line.replace('1 1 udp', '1 x udp')), 'OperationError'],
    ['a priority that is no number', placed(line.replace('2122260223', 'nonsense')), 'OperationError'],
    ['a priority that is too large', placed(line.replace('2122260223', '99999999999')), 'OperationError'],
    ['a port that is no number', placed(line.replace('9999', 'x')), 'OperationError'],
    ['a port that is too large', placed(line.replace('9999', '65536')), 'OperationError'],
    ['a port below 0', placed(line.replace('9999', '-1')), 'OperationError'],
    ['a related port that is no number', placed(`${line.replace('host', 'srflx')} raddr x rport y`), 'OperationError'],
    ["the end as the description's line", placed('a=end-of-candidates'), 'OperationError'],
  ];
  test.each(refused)('with %s is refused', async (_, given, verdict) => {
    expect(await ask('candidate', 'answer sent', given)).toBe(verdict);
  });

  const moments: readonly [Moment, verdict: string, ofRubbish: string, ofNowhere: string, ofEnd: string][] = [
    ['nothing', 'InvalidStateError', 'InvalidStateError', 'TypeError', 'accepted'],
    ['offer taken', 'accepted', 'OperationError', 'TypeError', 'accepted'],
    ['answer sent', 'accepted', 'OperationError', 'TypeError', 'accepted'],
    ['after close', 'InvalidStateError', 'InvalidStateError', 'InvalidStateError', 'InvalidStateError'],
  ];
  test.each(moments)('has its moment: %s', async (moment, verdict, ofRubbish, ofNowhere, ofEnd) => {
    expect(await ask('candidate', moment, placed(line))).toBe(verdict);
    expect(await ask('candidate', moment, placed('rubbish'))).toBe(ofRubbish);
    expect(await ask('candidate', moment, { candidate: line })).toBe(ofNowhere);
    expect(await ask('candidate', moment, null)).toBe(ofEnd);
    expect(await ask('candidate', moment, { candidate: '' })).toBe(ofEnd);
  });

  test('may come twice, and after the end, and after one that was refused', async () => {
    expect(await ask('candidate', 'answer sent', placed(line), placed(line))).toBe('accepted');
    expect(await ask('candidate', 'answer sent', null, placed(line))).toBe('accepted');
    expect(await ask('candidate', 'answer sent', { candidate: '' }, { candidate: '' })).toBe('accepted');
    expect(await ask('candidate', 'answer sent', placed('rubbish'), placed(line))).toBe('accepted');
  });

  const reaching: readonly [what: string, Edit, state: string][] = [
    ['as it was gathered', { cut: '$', put: '' }, 'connected'],
    ['without its ufrag', { cut: ' ufrag .*', put: '' }, 'connected'],
    ['with the ufrag of another description in its field', { cut: '$', put: '', usernameFragment: 'old' }, 'connected'],
    ['with the ufrag of another description in its line', { cut: ' ufrag \\S+', put: ' ufrag old' }, 'checking'],
    ['with another address', { cut: ' [\\d.]+ (\\d+) typ', put: ' 192.0.2.77 $1 typ' }, 'checking'],
    ['with a name', { cut: ' [\\d.]+ (\\d+) typ', put: ' 1f4712db-ea17-4bcf-a596-105139dfd8bf.local $1 typ' }, 'new'],
    ['by TCP', { cut: ' udp (.*) typ host', put: ' tcp $1 typ host tcptype active' }, 'new'],
    ['emptied', { cut: '.*', put: '' }, 'new'],
  ];
  test.each(reaching)('%s reaches', async (_, edit, state) => {
    expect(await ask('reach', edit, state)).toBe(state);
  });

  /** simple-peer destroys itself for the refusal of one that has an address, unless that is a name for mDNS. */
  test.each<[string, CandidateInit, made: object | string]>([
    ['a line', { ...placed(line), usernameFragment: 'abcd' }, { address: '192.0.2.77', usernameFragment: 'abcd' }],
    ['a line that names a ufrag', placed(`${line} ufrag abcd`), { port: 9999, usernameFragment: null }],
    ['a line with a name', withAddress('ann.local'), { address: 'ann.local', type: 'host' }],
    ['rubbish', placed('rubbish'), { address: null, type: null }],
    ['the end, with its place', placed(''), { address: null }],
    ['the end', { candidate: '' }, 'TypeError'],
    ['nothing', {}, 'TypeError'],
  ])('is made of %s', async (_, init, made) => {
    const both = await ask('made', init);
    if (typeof made === 'string') expect(both).toBe(made);
    else expect(both).toMatchObject(made);
  });
});

describe('a description', () => {
  beforeAll(openAnew);

  const lineOf = (name: string): string => `a=${name}[^\\n]*\\n`;
  const offers: readonly [what: string, Edit, verdict: string][] = [
    ['as it was made', { cut: '$', put: '' }, 'accepted'],
    ['with a candidate', { cut: '$', put: `a=${line}\r\n` }, 'accepted'],
    ['with their end', { cut: '$', put: 'a=end-of-candidates\r\n' }, 'accepted'],
    ['with a candidate that nobody can read', { cut: '$', put: 'a=candidate:1 1 udp nonsense\r\n' }, 'OperationError'],
    ['that is empty', { cut: '.*', put: '' }, 'OperationError'],
    ['that is rubbish', { cut: '.*', put: 'rubbish' }, 'OperationError'],
    ['with a line that is none', { cut: '$', put: 'rubbish\r\n' }, 'OperationError'],
    ['with a line that nobody knows', { cut: '$', put: 'a=unheard-of:1\r\n' }, 'accepted'],
    ['whose last line does not end', { cut: '\\r\\n$', put: '' }, 'OperationError'],
    ['without its version', { cut: 'v=0\\r\\n', put: '' }, 'OperationError'],
    ['without its origin', { cut: 'o=[^\\n]*\\n', put: '' }, 'OperationError'],
    ['without its time', { cut: 't=[^\\n]*\\n', put: '' }, 'OperationError'],
    ['without a fingerprint', { cut: lineOf('fingerprint'), put: '' }, 'InvalidAccessError'],
    [
      'with a fingerprint that is none',
      { cut: lineOf('fingerprint'), put: 'a=fingerprint:sha-256 zz\r\n' },
      'OperationError',
    ],
    ['with a hash nobody knows', { cut: 'sha-256', put: 'sha-999' }, 'OperationError'],
    ['without a ufrag', { cut: lineOf('ice-ufrag'), put: '' }, 'InvalidAccessError'],
    ['with a ufrag that is too short', { cut: lineOf('ice-ufrag'), put: 'a=ice-ufrag:abc\r\n' }, 'InvalidAccessError'],
    ['without a password', { cut: lineOf('ice-pwd'), put: '' }, 'InvalidAccessError'],
    ['with a password that is too short', { cut: lineOf('ice-pwd'), put: 'a=ice-pwd:abc\r\n' }, 'InvalidAccessError'],
    ['without anything to connect', { cut: 'm=.*', put: '' }, 'InvalidAccessError'],
    ['without a mid', { cut: lineOf('mid'), put: '' }, 'accepted'],
    ['with a setup nobody knows', { cut: lineOf('setup'), put: 'a=setup:unheard-of\r\n' }, 'OperationError'],
  ];
  test.each(offers)('%s, offered', async (_, edit, verdict) => {
    const state = verdict === 'accepted' ? 'have-remote-offer' : 'stable';
    expect(await ask('description', 'offer', edit)).toBe(`${verdict}, ${state}`);
  });
  test.each(offers)('%s, answered', async (_, edit, verdict) => {
    const state = verdict === 'accepted' ? 'stable' : 'have-local-offer';
    expect(await ask('description', 'answer', edit)).toBe(`${verdict}, ${state}`);
  });
});

describe('what is tried', () => {
  beforeAll(openAnew);

  const verdicts: Record<TryName, string> = {
    'an answer made without an offer': 'InvalidStateError',
    'an answer made to its own offer': 'InvalidStateError',
    'an offer made to an offer': 'InvalidStateError',
    'an answer that nobody has asked for': 'InvalidStateError',
    'its own answer, twice': 'InvalidStateError',
    'its own offer, twice': 'accepted',
    "the other side's offer, twice": 'accepted',
    "another's offer as its own": 'InvalidModificationError',
    'an offer that comes in while its own is out': 'accepted',
    'a description, and a candidate right behind it': 'accepted',
    'an offer made once it is closed': 'InvalidStateError',
    'an answer made once it is closed': 'InvalidStateError',
    'its description once it is closed': 'InvalidStateError',
    "the other side's description once it is closed": 'InvalidStateError',
    'a channel made once it is closed': 'InvalidStateError',
    'statistics once it is closed': 'accepted',
    'a close, twice': 'accepted',
    'a message before the channel is open': 'InvalidStateError',
    'a message once the channel is closing': 'InvalidStateError',
    'a message once the other side has closed the channel': 'InvalidStateError',
    'the largest message': 'accepted',
    'a message that is larger': 'TypeError',
    'as many bytes as the buffer holds': 'accepted',
    'more of them': 'OperationError',
  };
  test.each(Object.keys(verdicts) as TryName[])('%s', async (name) => {
    expect(await ask('attempt', name)).toBe(verdicts[name]);
  });
});

describe('what is told', () => {
  beforeAll(openAnew);

  const { 'somebody is left behind': alone, ...others } = told;
  test.each(Object.keys(others) as (keyof typeof others)[])('%s', async (name) => {
    expect(await ask('story', name)).toEqual(others[name]);
  });

  test('somebody is left behind', async () => {
    expect(await leftBehind).toEqual(alone);
    expect(await inWorld('story', 'somebody is left behind')).toEqual(alone);
  });
});
