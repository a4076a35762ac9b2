import { createInterface } from 'node:readline';
import { WebSocketServer } from 'ws';
import { serveFolder } from '../support/page-server.ts';

/** Serves a built page where this runs: says its address, then that the page has come, then what it answers to calls from standard input. */
const [folder = ''] = process.argv.slice(2);
const { url, server } = await serveFolder(folder);
console.log(url);
new WebSocketServer({ server }).once('connection', (socket) => {
  console.log('connected');
  createInterface({ input: process.stdin }).on('line', (line) => socket.send(line));
  socket.on('message', (data) => console.log(String(data)));
});
