import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { findTokens, openMuteSocket, pourFrame, request, takeOver, tradeToken } from '../kit/neighbour.ts';
import { becomes, watch } from '../kit/waiting.ts';
import { addressOf, startOnScreen, watchMemory } from '../victims/app.ts';
import type { Attack } from './attack.ts';

export const tokenInArguments: Attack = {
  name: 'token-in-arguments',
  tries: "another user reads the token from the browser's arguments in /proc and takes the app over",
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const { app, opened, end } = await startOnScreen();
    scene.atEnd(end);
    if (!(await becomes(() => existsSync(opened), 60_000))) throw new Error('no browser was opened');
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(app.stderr)?.[1] ?? '';
    const startMs = performance.now();
    let tokens: string[] = [];
    await becomes(async () => {
      tokens = await findTokens(port);
      return tokens.length > 0;
    }, 3000);
    const [token] = tokens;
    if (token === undefined) return { held: true, figure: 'no token among the arguments of any process' };
    const secret = await tradeToken(port, token);
    if (secret === null) return { held: true, figure: 'a token was found, and was worth nothing' };
    const elsewhere = `${app.home}/elsewhere`;
    const input = { downloads: elsewhere, accept: 'all' };
    const answers = await takeOver(port, secret, [{ call: 'settingsUpdate', input }]);
    const taken = JSON.stringify(answers.at(-1)).includes(elsewhere);
    const ms = (performance.now() - startMs).toFixed(0);
    return { held: !taken, figure: `token found, ${taken ? 'downloads folder changed' : 'folder kept'}, ${ms} ms` };
  },
};

export const tokenReuse: Attack = {
  name: 'token-reuse',
  tries: 'the token of the printed address is traded again after a page has used it',
  quick: true,
  async run(scene) {
    const app = await scene.app('--broker', 'ws://127.0.0.1:9');
    const { port, token } = await addressOf(app);
    const first = await tradeToken(port, token);
    if (first === null) throw new Error('the printed address is worth nothing');
    const again = await tradeToken(port, token);
    return { held: again === null, figure: again === null ? 'refused the second time' : 'traded twice' };
  },
};

const poured = { sockets: 6, bytes: 48 * 1024 * 1024 };

export const socketBuffers: Attack = {
  name: 'socket-buffers',
  tries: `${poured.sockets} sockets that have said no secret pour a frame of ${poured.bytes / 1024 / 1024} MiB each`,
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const app = await scene.app('--broker', 'ws://127.0.0.1:9');
    const { port } = await addressOf(app);
    const memory = await watchMemory(app.pid, 'main');
    const sockets = await Promise.all(Array.from({ length: poured.sockets }, () => openMuteSocket(port)));
    const open = sockets.filter((socket) => socket !== null);
    scene.atEnd(() => {
      for (const socket of open) socket.destroy();
    });
    await Promise.all(open.map((socket) => pourFrame(socket, poured.bytes + 1024, poured.bytes)));
    await watch(500);
    const { grownMiB, figure } = await memory();
    return { held: grownMiB < 48, figure };
  },
};

const mute = { sockets: 100, atOnce: 16, settleMs: 500, graceMs: 4000 };

export const muteSockets: Attack = {
  name: 'mute-sockets',
  tries: `${mute.sockets} sockets that say nothing are held open`,
  quick: true,
  async run(scene) {
    const app = await scene.app('--broker', 'ws://127.0.0.1:9');
    const { port } = await addressOf(app);
    const sockets = await Promise.all(Array.from({ length: mute.sockets }, () => openMuteSocket(port)));
    const open = sockets.filter((socket) => socket !== null);
    scene.atEnd(() => {
      for (const socket of open) socket.destroy();
    });
    // A closing frame counts as the end: what the neighbour does with it is its own affair.
    const closed = new Set<Socket>();
    for (const socket of open) {
      for (const sign of ['data', 'end', 'close']) socket.once(sign, () => closed.add(socket));
    }
    await watch(mute.settleMs);
    const atOnce = open.length - closed.size;
    await becomes(() => closed.size === open.length, mute.graceMs - mute.settleMs);
    const left = open.length - closed.size;
    return {
      held: atOnce <= mute.atOnce && left === 0,
      figure: `${atOnce} open at once, ${left} after ${mute.graceMs / 1000} s`,
    };
  },
};

export const noHost: Attack = {
  name: 'no-host',
  tries: 'requests and upgrades without a Host, or with one that is not ours',
  quick: true,
  async run(scene) {
    const app = await scene.app('--broker', 'ws://127.0.0.1:9');
    const { port, token } = await addressOf(app);
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    const origin = `Origin: http://127.0.0.1:${port}\r\n`;
    const own = `Host: 127.0.0.1:${port}\r\n`;
    const body = `Content-Length: ${token.length}\r\n\r\n${token}`;
    const requests: [string, string][] = [
      ['GET 1.0', 'GET / HTTP/1.0\r\n\r\n'],
      ['GET 1.1', 'GET / HTTP/1.1\r\n\r\n'],
      ['empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'],
      ['rebound name', `GET / HTTP/1.1\r\nHost: evil.example:${port}\r\n\r\n`],
      ['absolute address', `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: evil.example\r\n\r\n`],
      ['trade 1.0', `POST /session HTTP/1.0\r\n${body}`],
      ['trade elsewhere', `POST /session HTTP/1.1\r\n${own}Origin: http://evil.example\r\n${body}`],
      ['upgrade 1.0', `GET /bridge HTTP/1.0\r\n${origin}${upgrade}\r\n`],
      ['upgrade 1.1', `GET /bridge HTTP/1.1\r\n${origin}${upgrade}\r\n`],
      ['upgrade without Origin', `GET /bridge HTTP/1.1\r\n${own}${upgrade}\r\n`],
      ['upgrade elsewhere', `GET /bridge HTTP/1.1\r\n${own}Origin: http://evil.example\r\n${upgrade}\r\n`],
    ];
    const admitted: string[] = [];
    for (const [what, text] of requests) {
      const answer = await request(port, text);
      if (/ (1|2|3)\d\d /.test(answer)) admitted.push(what);
    }
    const sane = await request(port, `GET / HTTP/1.1\r\n${own}Connection: close\r\n\r\n`);
    if (!sane.includes(' 200 ')) throw new Error(`the page itself is not served: ${sane}`);
    const figure = `${requests.length - admitted.length} of ${requests.length} refused`;
    return {
      held: admitted.length === 0,
      figure: admitted.length === 0 ? figure : `${figure}; let in: ${admitted.join(', ')}`,
    };
  },
};
