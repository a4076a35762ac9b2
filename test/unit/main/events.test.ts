import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import {
  type AppEvent,
  createJsonOutput,
  createLineWriter,
  createPeerReporter,
  createTransferReporter,
} from '../../../src/main/events.ts';
import type { MemberView, TransferView } from '../../../src/shared/views.ts';

function collect() {
  const events: AppEvent[] = [];
  return { events, output: { emit: (event: AppEvent) => void events.push(event) } };
}

const view: TransferView = {
  id: 't1',
  direction: 'in',
  peer: { key: 'k', session: 's1', name: 'Ann' },
  state: 'running',
  title: 'Things',
  topLevelEntries: 1,
  files: 2,
  folders: 1,
  preview: [],
  bytes: 10,
  total: 100,
  filesDone: 0,
  rate: 0,
  secondsLeft: null,
  pausedByMe: false,
  pausedByPeer: false,
  reason: null,
  failedCount: 0,
  failed: [],
  folder: null,
  freeBytes: null,
};

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
  const { report } = createTransferReporter(output, () => nowMs);
  report(view);
  nowMs = 999;
  report({ ...view, bytes: 20 });
  nowMs = 1000;
  report({ ...view, bytes: 30 });
  report({ ...view, bytes: 100, state: 'verifying' });
  report({ ...view, bytes: 100, state: 'done' });
  expect(events.map((event) => event.event === 'transfer' && [event.state, event.bytes])).toEqual([
    ['running', 10],
    ['running', 30],
    ['verifying', 100],
    ['done', 100],
  ]);
});

test('a reason is said as a sentence, and the peer by its id', () => {
  const { events, output } = collect();
  createTransferReporter(output, () => 0).report({ ...view, state: 'declined', reason: { code: 'declined' } });
  expect(events[0]).toMatchObject({
    peer: 's1',
    direction: 'in',
    total: 100,
    reason: expect.stringMatching(/declined.*\./),
  });
});

test('members become one event for each change, and closed when they are gone', () => {
  const { events, output } = collect();
  const report = createPeerReporter(output);
  report([member]);
  report([member]);
  report([{ ...member, state: 'connected', roundTripMs: 3 }]);
  report([{ ...member, state: 'connected', roundTripMs: 4 }]);
  report([]);
  report([]);
  expect(events.map((event) => event.event === 'peer' && event.state)).toEqual(['connecting', 'connected', 'closed']);
});

test('JSON output is one object a line, whatever a name contains', () => {
  let written = '';
  const output = createJsonOutput((line) => {
    written += line;
  });
  output.emit({ event: 'peer', id: '1', name: 'A\nB', state: 'connected' });
  output.emit({ event: 'error', message: 'x' });
  expect(
    written
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { event: 'peer', id: '1', name: 'A\nB', state: 'connected' },
    { event: 'error', message: 'x' },
  ]);
});

test('a transfer that is forgotten is reported like a new one', () => {
  const { events, output } = collect();
  const reporter = createTransferReporter(output, () => 0);
  reporter.report(view);
  reporter.report(view);
  reporter.forget(view.id);
  reporter.report(view);
  expect(events).toHaveLength(2);
});

test('a reader of the lines that goes away does not end the app', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const write = createLineWriter(stream);
  write('one\n');
  await new Promise((done) => stream.once('close', done));
  write('two\n');
});
