import { layCable } from './cable.ts';

/** Lays a cable and goes on until it is killed, for the test of what is left then. */
await layCable({ roundTripMs: 0 });
console.log('laid');
setInterval(() => undefined, 1000);
