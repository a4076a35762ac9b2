import { readdir, readFile, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { type Message, parseMessage } from './messages.ts';
import { createInbox } from './waiting.ts';

/** What another user of this computer can do: read the process table, and open any port on loopback. */

/** Arguments of all processes. */
async function allArguments(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.flatMap((line) => line.split('\0'));
}

/** Tokens of this port's addresses among the arguments, or in a file that they name and everybody may read. */
export async function findTokens(port: string): Promise<string[]> {
  const found: string[] = [];
  for (const argument of await allArguments()) {
    const file = argument.startsWith('/') ? argument : argument.replace(/^file:\/\//, '');
    const isFile = file !== argument || argument.endsWith('.html');
    const text = isFile ? await readAsStranger(decodeURIComponent(file)) : argument;
    const pattern = new RegExp(`https?://(?:127\\.0\\.0\\.1|localhost):${port}/[^\\s"'<]*#([A-Za-z0-9_-]{20,})`, 'g');
    for (const [, token] of text.matchAll(pattern)) if (token) found.push(token);
  }
  return found;
}

async function readAsStranger(path: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o004) === 0 ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

/** A session secret for a token, as the page asks for it; null when it is refused. */
export async function tradeToken(port: string, token: string): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${port}/session`, {
    method: 'POST',
    body: token,
    headers: { Origin: `http://127.0.0.1:${port}` },
  });
  return answer.ok ? answer.text() : null;
}

/** Takes the app over and calls it as its page would. */
export async function takeOver(port: string, secret: string, calls: readonly Message[]): Promise<Message[]> {
  const origin = `http://127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`, ['roomdrop', secret], { origin });
  const answers = createInbox<Message>();
  socket.on('message', (data) => {
    const answer = parseMessage(data.toString());
    if (answer && 'id' in answer) answers.put(answer);
  });
  await new Promise((done, fail) => {
    socket.once('open', done);
    socket.once('error', fail);
  });
  const all = [{ call: 'attach', input: { takeOver: true } }, ...calls];
  const heard: Message[] = [];
  for (const [id, call] of all.entries()) {
    socket.send(JSON.stringify({ id, ...call }));
    heard.push(await answers.need('an answer', (answer) => answer.id === id));
  }
  socket.terminate();
  return heard;
}

/** Sends raw text to a port; the first line of what comes back, empty if the connection ends without a word. */
export function request(port: string, text: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.setTimeout(3000, () => socket.destroy());
    socket.once('data', (data) => {
      done(data.toString().split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => done(''));
  });
}

/** A WebSocket to the bridge that is open and has said nothing; null when it was not let in. */
export async function openMuteSocket(port: string): Promise<Socket | null> {
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  const head = [
    'GET /bridge HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const answer = await new Promise<string>((done) => {
    socket.once('data', (data) => done(data.toString()));
    socket.once('close', () => done(''));
  });
  // More behind the head is the frame that closes it again.
  return answer.includes(' 101 ') && answer.endsWith('\r\n\r\n') ? socket : null;
}

/** Begins a frame of so many bytes and sends some of them, for as long as the other side takes them. */
export async function pourFrame(socket: Socket, announcedBytes: number, sentBytes: number): Promise<number> {
  const head = Buffer.alloc(14);
  head[0] = 0x81;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(announcedBytes), 2);
  socket.write(head);
  const piece = Buffer.alloc(1024 * 1024, 0x20);
  let sent = 0;
  while (sent < sentBytes && !socket.destroyed) {
    sent += piece.length;
    if (socket.write(piece)) continue;
    await new Promise<void>((done) => {
      const go = (): void => {
        clearTimeout(timer);
        socket.off('drain', go);
        socket.off('close', go);
        done();
      };
      const timer = setTimeout(go, 5000);
      socket.once('drain', go);
      socket.once('close', go);
    });
  }
  return sent;
}
