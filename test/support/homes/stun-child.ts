import { startStunServer } from './stun-server.ts';

/** A STUN server at an address and port of the namespace that this runs in, until it is ended. */
const [address = '', port = ''] = process.argv.slice(2);
await startStunServer(address, Number(port));
console.log('up');
