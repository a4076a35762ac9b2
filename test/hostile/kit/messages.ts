/** What was parsed from JSON and is believed no further than each look at it. */
export type Message = Readonly<Record<string, unknown>>;

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null when it is no JSON object. */
export function parseMessage(text: string): Message | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMessage(value) ? value : null;
  } catch {
    return null;
  }
}

/** A field that must be text, or the other side does not speak the protocol. */
export function textOf(message: Message, field: string): string {
  const value = message[field];
  if (typeof value !== 'string') throw new Error(`"${field}" is no text in ${JSON.stringify(message).slice(0, 200)}`);
  return value;
}

export function numberOf(message: Message, field: string): number {
  const value = message[field];
  if (typeof value !== 'number') throw new Error(`"${field}" is no number in ${JSON.stringify(message).slice(0, 200)}`);
  return value;
}
