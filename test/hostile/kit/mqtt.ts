/** As much of MQTT 3.1.1 (OASIS standard, chapters 2 and 3) as a client and a broker of bad will need. */
export const packet = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

export function encodePacket(type: number, flags: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(type << 4) | flags, ...remainingLength(body.length)]), body]);
}

/** Also of bodies that never come. */
export function remainingLength(bytes: number): number[] {
  const digits: number[] = [];
  for (let left = bytes; ; ) {
    const digit = left % 128;
    left = Math.floor(left / 128);
    digits.push(left > 0 ? digit | 128 : digit);
    if (left === 0) return digits;
  }
}

export function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export const encodeNumber = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

/** A client's first packet: no will, since who is hostile does not say that it is gone. */
export function encodeConnect(clientId: string): Buffer {
  const head = Buffer.concat([encodeText('MQTT'), Buffer.from([4, 2]), encodeNumber(0)]);
  return encodePacket(packet.connect, 0, Buffer.concat([head, encodeText(clientId)]));
}

export function encodePublish(topic: string, payload: Uint8Array, qos: 0 | 1 | 2, id: number): Buffer {
  const head = [encodeText(topic), ...(qos === 0 ? [] : [encodeNumber(id)])];
  return encodePacket(packet.publish, qos << 1, Buffer.concat([...head, payload]));
}

export interface Publish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly id: number;
}

export function readPublish(flags: number, body: Buffer): Publish {
  const qos = (flags >> 1) & 3;
  const end = 2 + body.readUInt16BE(0);
  const topic = body.subarray(2, end).toString();
  if (qos === 0) return { topic, payload: body.subarray(end), qos, id: 0 };
  return { topic, payload: body.subarray(end + 2), qos, id: body.readUInt16BE(end) };
}

/** Cuts a stream of bytes into packets. */
export function createPacketReader(onPacket: (type: number, flags: number, body: Buffer) => void) {
  let waiting = Buffer.alloc(0);
  return (bytes: Buffer): void => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (let scale = 1; ; scale *= 128, at++) {
        const digit = waiting[at];
        if (digit === undefined) return;
        length += (digit & 127) * scale;
        if (digit < 128) break;
      }
      const end = at + 1 + length;
      if (waiting.length < end) return;
      const head = waiting.readUInt8(0);
      const body = Buffer.from(waiting.subarray(at + 1, end));
      waiting = waiting.subarray(end);
      onPacket(head >> 4, head & 15, body);
    }
  };
}
