import { startTestBroker } from '../broker-aedes.ts';

/** A broker at an address of the namespace that this runs in, until it is ended: prints where. */
const [address = ''] = process.argv.slice(2);
console.log((await startTestBroker({ host: address })).url);
