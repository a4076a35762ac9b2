import type { Proven } from '../../src/connect/handshake.ts';
import type { SdpFacts } from '../../src/connect/sdp.ts';

/** What tests of pairs are not about: somebody, and a description of theirs. */
export const someone: Proven = { key: 'key', name: 'Ben', capabilities: [] };

export const someSdp: SdpFacts = {
  fingerprint: 'sha-256 AB',
  ufrag: 'abcd',
  maxMessageBytes: 65_536,
  description: 'v=0',
  candidates: [],
  endOfCandidates: false,
};
