import type { Place } from './network.ts';

/** Places to be at, of each kind: in one network, unless they are elsewhere, and without a relay, unless they are relayed. */
export const cone: Place = { network: 'one', nat: 'cone', relay: false };
export const strict: Place = { ...cone, nat: 'strict' };
export const open: Place = { ...cone, nat: 'open' };
export const blocked: Place = { ...cone, nat: 'blocked' };
export const elsewhere = (place: Place): Place => ({ ...place, network: 'two' });
export const relayed = (place: Place): Place => ({ ...place, relay: true });
