/** What `connect` uses of Web Cryptography (W3C), as the browser's and Node's `crypto` both have it; no DOM is needed. */
export interface WebCrypto {
  readonly subtle: Subtle;
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

export interface CryptoKey {
  readonly type: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

interface AesGcm {
  readonly name: 'AES-GCM';
  readonly iv: Bytes;
  readonly additionalData: Bytes;
}

interface Ed25519 {
  readonly name: 'Ed25519';
}

export interface Subtle {
  importKey(
    format: 'raw',
    bytes: Bytes,
    algorithm: { name: 'AES-GCM' | 'Ed25519' },
    extractable: boolean,
    usages: ('encrypt' | 'decrypt' | 'verify')[],
  ): Promise<CryptoKey>;
  generateKey(
    algorithm: Ed25519,
    extractable: boolean,
    usages: ('sign' | 'verify')[],
  ): Promise<CryptoKey | { publicKey: CryptoKey; privateKey: CryptoKey }>;
  exportKey(format: 'raw', key: CryptoKey): Promise<ArrayBuffer>;
  sign(algorithm: Ed25519, key: CryptoKey, bytes: Bytes): Promise<ArrayBuffer>;
  verify(algorithm: Ed25519, key: CryptoKey, signature: Bytes, bytes: Bytes): Promise<boolean>;
  encrypt(algorithm: AesGcm, key: CryptoKey, bytes: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: AesGcm, key: CryptoKey, bytes: Bytes): Promise<ArrayBuffer>;
  digest(algorithm: 'SHA-256', bytes: Bytes): Promise<ArrayBuffer>;
}
