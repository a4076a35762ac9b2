import { createSocket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Datagrams to and fro, in namespaces: `answer OWN` sends back what comes; `ask OTHER COUNT GAP_MS` sends so many, waits a second for the
 * last answers, and prints the round trips in milliseconds of those that came, as JSON.
 */
const [part, address = '', count = '', gapMs = ''] = process.argv.slice(2);
const port = 4002;
const socket = createSocket('udp4');

if (part === 'answer') {
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(port, address, () => console.log('up'));
} else {
  const roundTripsMs: number[] = [];
  socket.on('message', (message) => void roundTripsMs.push(performance.now() - message.readDoubleBE(0)));
  for (let sent = 0; sent < Number(count); sent++) {
    const message = Buffer.alloc(8);
    message.writeDoubleBE(performance.now());
    socket.send(message, port, address);
    await delay(Number(gapMs));
  }
  await delay(1000);
  socket.close();
  console.log(JSON.stringify(roundTripsMs));
}
