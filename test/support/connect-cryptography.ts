import { webcrypto } from 'node:crypto';
import { createCryptography } from '../../src/connect/cryptography.ts';

/** Node's cryptography, as `connect` is given it. */
export const nodeCryptography = createCryptography(webcrypto);
export const { randomId } = nodeCryptography;
