import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createConnection, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { startMeter } from '../amount.ts';

/**
 * One end of a stream, in a namespace of its own. `KIND take OWN OTHER PORT BYTES WITHIN_MS` says "ready", "began" when the first
 * of it comes, and then the rate at which it came; `KIND give OWN OTHER PORT` writes until it is ended. Kinds are `tcp` and
 * `udx`, the latter with Noise IK.
 */
const [kind, part, own = '', other = '', at = '', bytes = '', withinMs = ''] = process.argv.slice(2);
const port = Number(at);
const blockBytes = 256 * 1024;

const stream = kind === 'tcp' ? await openTcp() : openUdx();
// The other end is ended as soon as it has said its rate.
stream.on('error', () => undefined);
if (part === 'take') {
  const took = startMeter({ bytes: Number(bytes), withinMs: Number(withinMs) }, (rate) => console.log(rate));
  stream.once('data', () => console.log('began'));
  stream.on('data', (data: Uint8Array) => took(data.byteLength));
} else {
  const block = Buffer.alloc(blockBytes, 0x5a);
  for (;;) if (!stream.write(block)) await once(stream, 'drain');
}

async function openTcp(): Promise<Duplex> {
  if (part === 'give') return createConnection(port, other);
  const server = createServer().listen(port, own, () => console.log('ready'));
  const [socket] = await once(server, 'connection');
  return socket;
}

function openUdx(): Duplex {
  const require = createRequire(import.meta.url);
  const UDX = require('udx-native');
  const SecretStream = require('@hyperswarm/secret-stream');
  const keyPairs = { give: SecretStream.keyPair(Buffer.alloc(32, 1)), take: SecretStream.keyPair(Buffer.alloc(32, 2)) };
  const ids = { give: 1, take: 2 };
  const [self, far] = part === 'give' ? (['give', 'take'] as const) : (['take', 'give'] as const);
  const udx = new UDX();
  const socket = udx.createSocket();
  socket.bind(port, own);
  const raw = udx.createStream(ids[self]);
  raw.connect(socket, ids[far], port, other);
  if (self === 'take') console.log('ready');
  return new SecretStream(self === 'give', raw, {
    pattern: 'IK',
    keyPair: keyPairs[self],
    remotePublicKey: self === 'give' ? keyPairs.take.publicKey : undefined,
  });
}
