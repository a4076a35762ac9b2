import * as v from 'valibot';
import { limits } from './limits.ts';

/** An IPv4 or IPv6 literal without a zone: what a zone names means nothing on another computer. */
export const ipAddressSchema = v.pipe(
  v.string(),
  v.maxLength(limits.laneAddressCharacters),
  v.ip(),
  v.check((text) => !text.includes('%')),
);

export function isIpAddress(text: string): boolean {
  return v.is(ipAddressSchema, text);
}
