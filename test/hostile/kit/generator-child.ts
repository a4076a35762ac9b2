import { once } from 'node:events';
import { openDatagrams } from './datagrams.ts';
import type { Generating } from './generator.ts';

/** Sends what its parent says, so many a second, until that says to stop. */
const [generating]: [Generating] = await (once(process, 'message') as Promise<[Generating]>);
const { countAt, from, to, port, perSecond } = generating;
const socket = await openDatagrams(from);
const datagrams = generating.datagrams.map((each) => Buffer.from(each, 'base64'));
const startMs = performance.now();
let sent = 0;

const ticking = setInterval(() => {
  // What a busy computer has missed is not made up for in one go.
  const due = Math.min(Math.floor(((performance.now() - startMs) / 1000) * perSecond), sent + perSecond / 20);
  for (; sent < due; sent++) {
    const bytes = Buffer.from(datagrams[sent % datagrams.length] ?? '');
    if (countAt !== null) bytes.writeUInt32BE(sent, countAt);
    socket.send(bytes, port, to);
  }
}, 2);

process.on('message', () => {
  clearInterval(ticking);
  const seconds = (performance.now() - startMs) / 1000;
  process.send?.({ sent, answers: socket.heard.length, perSecond: Math.round(sent / seconds) });
});
process.on('disconnect', () => process.exit());
process.send?.('going');
