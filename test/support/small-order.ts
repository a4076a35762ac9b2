/** The encodings of Ed25519's eight points of small order, and of the two in which x is 0 with its sign set. */
export const smallOrderKeys = [
  `01${'00'.repeat(31)}`,
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(30)}7f`,
  `ec${'ff'.repeat(31)}`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
] as const;

/** R the neutral point, S zero: with a key that is the neutral point it holds for every message. */
export const forgedSignature: Uint8Array<ArrayBuffer> = new Uint8Array(64);
forgedSignature[0] = 1;
