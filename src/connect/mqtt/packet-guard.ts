/**
 * Watches the frame of what a broker sends (MQTT 3.1.1, section 2.2), beside mqtt.js, which keeps whatever a packet says it
 * will hold, and every message of QoS 2 until the broker releases it.
 */
export interface PacketGuard {
  /** False once the broker has sent what no honest one does to us; then the connection must end. */
  admit(bytes: Uint8Array): boolean;
}

const publishType = 3;

/** @param mostBytes the largest packet, its header included */
export function createPacketGuard(mostBytes: number): PacketGuard {
  /** Of the packet under way: bytes of its header, and what is still to come of its body. */
  let header: number[] = [];
  let bodyBytes = 0;
  let broken = false;

  /** True when the header is complete. */
  function takeHeader(byte: number): boolean {
    header.push(byte);
    if (header.length === 1) return false;
    if (byte >= 0x80 && header.length < 5) return false;
    const length = header.slice(1).reduce((sum, each, place) => sum + (each & 0x7f) * 128 ** place, 0);
    const [first = 0] = header;
    const qos = first >> 4 === publishType ? (first >> 1) & 3 : 0;
    // We subscribe at QoS 1, so nothing comes at 2.
    broken = byte >= 0x80 || qos > 1 || header.length + length > mostBytes;
    bodyBytes = length;
    return true;
  }

  return {
    admit(bytes) {
      for (let at = 0; at < bytes.length && !broken; ) {
        if (bodyBytes > 0) {
          const skipped = Math.min(bodyBytes, bytes.length - at);
          bodyBytes -= skipped;
          at += skipped;
        } else if (takeHeader(bytes[at++] ?? 0)) header = [];
      }
      return !broken;
    },
  };
}
