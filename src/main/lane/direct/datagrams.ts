/** Where a datagram goes to, or came from. */
export interface Endpoint {
  /** An IPv4 or IPv6 literal, the former never in its IPv6-mapped form. */
  readonly address: string;
  readonly port: number;
}

/** Plain datagrams of one UDP socket: for STUN and for checks, beside the streams that run over the same socket. */
export interface Datagrams {
  /** Never throws; what cannot be sent is lost, as any datagram may be. */
  send(bytes: Uint8Array<ArrayBuffer>, to: Endpoint): void;
  /** Each datagram that came; the bytes are the handler's to keep. The returned function ends it. */
  listen(handler: (bytes: Uint8Array, from: Endpoint) => void): () => void;
}
