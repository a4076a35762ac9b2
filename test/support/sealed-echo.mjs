import { createRequire } from 'node:module';
import { join } from 'node:path';

// `node sealed-echo.mjs PLACE`: what `out/main` at PLACE finds of the two libraries with addons sends words through a UDX stream
// with Noise and back. Prints JSON: { echo, secureBuffers: how many it made, loaded: the modules that were loaded }.

const require = createRequire(join(process.argv[2], 'out/main/electron.js'));

let secureBuffers = 0;
const binding = createRequire(require.resolve('sodium-native'))('./binding.js');
const makeSecure = binding.sodium_malloc;
binding.sodium_malloc = (size) => {
  secureBuffers += 1;
  return makeSecure(size);
};

const UDX = require('udx-native');
const SecretStream = require('@hyperswarm/secret-stream');
const udx = new UDX();
const sockets = [udx.createSocket(), udx.createSocket()];
for (const socket of sockets) socket.bind(0, '127.0.0.1');
const streams = [udx.createStream(1), udx.createStream(2)];
streams[0].connect(sockets[0], 2, sockets[1].address().port, '127.0.0.1');
streams[1].connect(sockets[1], 1, sockets[0].address().port, '127.0.0.1');
const keyPair = SecretStream.keyPair();
const near = new SecretStream(true, streams[0], { pattern: 'IK', remotePublicKey: keyPair.publicKey });
const far = new SecretStream(false, streams[1], { pattern: 'IK', keyPair });
far.on('data', (data) => far.write(data));
near.on('data', (data) => {
  const loaded = Object.keys(require.cache);
  process.stdout.write(JSON.stringify({ echo: data.toString(), secureBuffers, loaded }), () => process.exit(0));
});
near.write(Buffer.from('there and back'));
