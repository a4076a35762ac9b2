import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { openDirectSocket } from './direct-socket.ts';
import type { DirectParts } from './own-socket.ts';
import { loadUdx } from './udx.ts';

/** What direct lanes are made with, as the system has it. */
export type SystemDirectParts = { readonly parts: DirectParts } | { readonly parts: null; readonly why: string };

/** `why` is what the system says of an addon that does not load. */
export async function loadDirectParts(): Promise<SystemDirectParts> {
  const loaded = await loadUdx();
  if (!loaded.udx) return { parts: null, why: loaded.why };
  const { udx } = loaded;
  return {
    parts: {
      openSocket: (admits) => openDirectSocket(udx, admits),
      interfaces: networkInterfaces,
      resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    },
  };
}
