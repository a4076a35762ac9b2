import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import {
  type AppEvent,
  createJsonOutput,
  createLaneEvents,
  createLineWriter,
  createPeerEvents,
  createReadyFirst,
  createTextOutput,
  createTransferEvents,
} from '../../../src/main/events.ts';
import { text } from '../../../src/shared/text.ts';
import type { LaneView, MemberView } from '../../../src/shared/views.ts';
import { transferView } from '../../support/ui-views.ts';

function collect() {
  const events: AppEvent[] = [];
  return { events, output: { emit: (event: AppEvent) => void events.push(event) } };
}

const view = transferView({
  id: 't1',
  direction: 'in',
  peer: { key: 'k', session: 's1', name: 'Ann' },
  title: 'Things',
  files: 2,
  bytes: 10,
});

const member: MemberView = {
  session: 's1',
  name: 'Ann',
  key: null,
  state: 'connecting',
  path: null,
  roundTripMs: null,
  reason: null,
};

test('a transfer is reported at each change of state and once a second between', () => {
  const { events, output } = collect();
  let nowMs = 0;
  const { transfer: report } = createTransferEvents(output, () => nowMs);
  report(view);
  nowMs = 999;
  report({ ...view, bytes: 20 });
  nowMs = 1000;
  report({ ...view, bytes: 30 });
  report({ ...view, bytes: 100, state: 'verifying' });
  report({ ...view, bytes: 100, state: 'done' });
  // Its link has gone, or its person has got a new one.
  nowMs = 5000;
  report({ ...view, bytes: 100, state: 'done' });
  expect(events.map((event) => event.event === 'transfer' && [event.state, event.bytes])).toEqual([
    ['running', 10],
    ['running', 30],
    ['verifying', 100],
    ['done', 100],
  ]);
});

test('a transfer says what it carries, and where what came is', () => {
  const { events, output } = collect();
  const { transfer: report } = createTransferEvents(output, () => 0);
  report(view);
  report({ ...view, state: 'done', place: '/home/ann/Downloads/Things (2)' });
  expect(events).toEqual([
    expect.objectContaining({ name: 'Things', files: 2, folders: 1, path: null }),
    expect.objectContaining({ state: 'done', path: '/home/ann/Downloads/Things (2)' }),
  ]);
});

test('a reason is said as a sentence, and the peer by its id', () => {
  const { events, output } = collect();
  createTransferEvents(output, () => 0).transfer({ ...view, state: 'declined', reason: { code: 'declined' } });
  expect(events[0]).toMatchObject({
    peer: 's1',
    direction: 'in',
    total: 100,
    reason: expect.stringMatching(/declined.*\./),
  });
});

test('members become one event for each change, and closed when they are gone', () => {
  const { events, output } = collect();
  const report = createPeerEvents(output);
  report([member]);
  report([member]);
  report([{ ...member, state: 'connected', roundTripMs: 3 }]);
  report([{ ...member, state: 'connected', roundTripMs: 4 }]);
  report([]);
  report([]);
  expect(events.map((event) => event.event === 'peer' && event.state)).toEqual(['connecting', 'connected', 'closed']);
});

test('a peer says by which path it is reached, and why it is not', () => {
  const { events, output } = collect();
  const report = createPeerEvents(output);
  report([{ ...member, reason: { code: 'link-timeout' } }]);
  report([{ ...member, state: 'connected' }]);
  report([{ ...member, state: 'connected', path: 'relay' }]);
  report([]);
  expect(events).toEqual([
    { event: 'peer', id: 's1', name: 'Ann', state: 'connecting', path: null, reason: expect.stringMatching(/\.$/) },
    { event: 'peer', id: 's1', name: 'Ann', state: 'connected', path: null, reason: null },
    { event: 'peer', id: 's1', name: 'Ann', state: 'connected', path: 'relay', reason: null },
    { event: 'peer', id: 's1', name: 'Ann', state: 'closed', path: null, reason: null },
  ]);
});

test('the first event is "ready", whatever happens while the app starts', () => {
  const { events, output } = collect();
  const { emit } = createReadyFirst(output);
  emit({ event: 'room', code: 'a-b-c-d-e' });
  emit({ event: 'error', message: 'x' });
  expect(events).toEqual([]);
  emit({ event: 'ready', url: null });
  emit({ event: 'error', message: 'y' });
  expect(events.map((event) => (event.event === 'error' ? event.message : event.event))).toEqual([
    'ready',
    'room',
    'x',
    'y',
  ]);
});

test('a person at a terminal reads where the page and the meeting server are, and what came where', () => {
  let written = '';
  const output = createTextOutput((line) => {
    written += line;
  });
  output.emit({ event: 'ready', url: 'http://127.0.0.1:1/#t', broker: 'ws://127.0.0.1:2' });
  output.emit({ event: 'ready', url: null });
  createTransferEvents(output, () => 0).transfer({ ...view, state: 'done', place: '/in/Things (2)' });
  expect(written.split('\n')).toEqual([
    expect.stringContaining('http://127.0.0.1:1/#t'),
    expect.stringContaining('ws://127.0.0.1:2'),
    expect.stringMatching(/Things.*done.*\/in\/Things \(2\)/),
    '',
  ]);
});

test('JSON output is one object a line, whatever a name contains', () => {
  let written = '';
  const output = createJsonOutput((line) => {
    written += line;
  });
  output.emit({ event: 'peer', id: '1', name: 'A\nB', state: 'connected', path: null, reason: null });
  output.emit({ event: 'error', message: 'x' });
  expect(
    written
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { event: 'peer', id: '1', name: 'A\nB', state: 'connected', path: null, reason: null },
    { event: 'error', message: 'x' },
  ]);
});

test('a transfer that is forgotten is reported like a new one', () => {
  const { events, output } = collect();
  const reporter = createTransferEvents(output, () => 0);
  reporter.transfer(view);
  reporter.transfer(view);
  reporter.transferGone(view.id);
  reporter.transfer(view);
  expect(events).toHaveLength(2);
});

test('a reader of the lines that goes away does not end the app', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const write = createLineWriter(stream);
  write('one\n');
  await new Promise((done) => stream.once('close', done));
  write('two\n');
});

test('a lane is reported for whoever is connected, at each change of what carries their bytes or why, and by the path why it is a relay', () => {
  const { events, output } = collect();
  const report = createLaneEvents(output);
  const ann: MemberView = { ...member, key: 'a', state: 'connected', path: 'direct' };
  const lane: LaneView = { key: 'a', kind: 'channel', roundTripMs: null, why: null };
  report([lane], []);
  report([lane], [{ ...ann, state: 'connecting' }]);
  report([lane], [{ ...ann, key: 'b' }]);
  expect(events).toEqual([]);
  report([lane], [{ ...ann, session: 's0' }, ann]);
  report([{ ...lane, kind: 'direct' }], [ann]);
  report([{ ...lane, kind: 'direct', roundTripMs: 9 }], [{ ...ann, roundTripMs: 8 }]);
  report([{ ...lane, why: 'no-path' }], [ann]);
  report([lane], [{ ...ann, path: 'relay' }]);
  const event = { event: 'lane', peer: 's1', name: 'Ann' };
  expect(events).toEqual([
    { ...event, kind: 'channel', reason: null },
    { ...event, kind: 'direct', reason: null },
    { ...event, kind: 'channel', reason: text.lane.none['no-path'] },
    { ...event, kind: 'channel', reason: text.lane.relayed },
  ]);
});

test('a person at a terminal is told of a lane, and of none only why', () => {
  const lines: string[] = [];
  const { emit } = createTextOutput((line) => void lines.push(line));
  const lane = { event: 'lane', peer: 's1', name: 'Ann', reason: null } as const;
  emit({ ...lane, kind: 'channel' });
  emit({ ...lane, kind: 'direct' });
  emit({ ...lane, kind: 'channel', reason: 'No.' });
  expect(lines).toEqual([`Ann: ${text.lane.direct}\n`, 'Ann: No.\n']);
});
