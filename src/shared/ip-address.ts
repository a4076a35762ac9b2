import * as v from 'valibot';

/** An IPv4 or IPv6 address as text, no longer than the longest of them. */
export const ipAddressSchema = v.pipe(v.string(), v.maxLength(45), v.ip());

export function isIpAddress(text: string): boolean {
  return v.is(ipAddressSchema, text);
}
