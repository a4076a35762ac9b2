import { once } from 'node:events';
import { openDatagrams } from './datagrams.ts';
import type { Generating, GeneratorCommand } from './generator.ts';

/** Sends what its parent says, so many a second, until that says to stop. */
const [generating]: [Generating] = await (once(process, 'message') as Promise<[Generating]>);
const { countAt, from, to, perSecond } = generating;
const socket = await openDatagrams(from);
const datagrams = generating.datagrams.map((each) => Buffer.from(each, 'base64'));
const startMs = performance.now();
let port: number | null = generating.port;
let lastMs = startMs;
let due = 0;
let sent = 0;

const ticking = setInterval(() => {
  const nowMs = performance.now();
  // What a busy computer has missed is not made up for in one go.
  due = port === null ? 0 : Math.min(due + ((nowMs - lastMs) / 1000) * perSecond, perSecond / 20);
  lastMs = nowMs;
  for (; port !== null && due >= 1; due--, sent++) {
    const bytes = Buffer.from(datagrams[sent % datagrams.length] ?? '');
    if (countAt !== null) bytes.writeUInt32BE(sent, countAt);
    socket.send(bytes, port, to);
  }
}, 2);

process.on('message', (command: GeneratorCommand) => {
  if (command !== 'stop') {
    port = command.port;
    return;
  }
  clearInterval(ticking);
  const seconds = (performance.now() - startMs) / 1000;
  process.send?.({ sent, answers: socket.heard.length, perSecond: Math.round(sent / seconds) });
});
process.on('disconnect', () => process.exit());
process.send?.('going');
