/** What a native library asks of others and gives, from its own tables: nothing of it runs, and any computer reads any system's. */
export interface NativeLibrary {
  readonly format: 'ELF' | 'Mach-O' | 'PE';
  readonly machine: 'x64' | 'arm64';
  /** Symbols that others have to bring, those that may be missing included. Without the `_` that macOS puts before each. */
  readonly asked: string[];
  /** Libraries as they are named: `libc.so.6`, `/usr/lib/libSystem.B.dylib`. */
  readonly libraries: string[];
  /** PE: libraries that are looked for at the first call of one of their functions, where a hook may give another. */
  readonly delayed: string[];
  /** ELF: versions of symbols that are asked for, `GLIBC_2.17`. Mach-O: the macOS it was made for, `13.0`. */
  readonly versions: string[];
  /** Its own functions by name: where in the file their code begins, bytes. */
  readonly given: Map<string, number>;
}

/** @throws Error for what is none of the three, or for another machine than these two. */
export function readLibrary(bytes: Buffer): NativeLibrary {
  if (bytes.readUInt32BE(0) === 0x7f454c46) return readElf(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return readMachO(bytes);
  if (bytes.toString('latin1', 0, 2) === 'MZ') return readPe(bytes);
  throw new Error('Neither ELF nor Mach-O nor PE, of 64 bits');
}

/** The Node-API version that an addon says it was made for, read out of the two or three instructions that answer it. */
export function nodeApiVersion(bytes: Buffer): number {
  const { given, machine } = readLibrary(bytes);
  const from = given.get('node_api_module_get_api_version_v1');
  if (from === undefined) throw new Error('It does not say');
  if (machine === 'x64') {
    // mov eax, version
    const at = bytes.indexOf(0xb8, from);
    if (at - from < 16) return bytes.readUInt32LE(at + 1);
  } else {
    for (let at = from; at < from + 16; at += 4) {
      // mov w0, #version
      const instruction = bytes.readUInt32LE(at);
      if ((instruction & 0xffe0001f) >>> 0 === 0x52800000) return (instruction >>> 5) & 0xffff;
    }
  }
  throw new Error('It answers in another way');
}

function empty(format: NativeLibrary['format'], machine: 'x64' | 'arm64' | undefined): NativeLibrary {
  if (!machine) throw new Error('Neither x64 nor arm64');
  return { format, machine, asked: [], libraries: [], delayed: [], versions: [], given: new Map() };
}

/** A part of the file and where in memory it is going to be. */
interface Part {
  from: number;
  address: number;
  size: number;
}

function placeOf(address: number, parts: readonly Part[]): number {
  const part = parts.find((each) => address >= each.address && address < each.address + each.size);
  if (!part) throw new Error(`Nothing of the file is at ${address}`);
  return address - part.address + part.from;
}

function stringAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}

function longAt(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

/** https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html, and "Symbol Versioning" in the LSB. */
function readElf(bytes: Buffer): NativeLibrary {
  const library = empty('ELF', ({ 62: 'x64', 183: 'arm64' } as const)[bytes.readUInt16LE(0x12)]);
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, index) => {
    const at = longAt(bytes, 0x28) + index * bytes.readUInt16LE(0x3a);
    return {
      type: bytes.readUInt32LE(at + 4),
      address: longAt(bytes, at + 0x10),
      from: longAt(bytes, at + 0x18),
      size: longAt(bytes, at + 0x20),
      link: bytes.readUInt32LE(at + 0x28),
      info: bytes.readUInt32LE(at + 0x2c),
    };
  });
  const loaded = sections.filter(({ address }) => address !== 0);
  for (const { type, from, size, link, info } of sections) {
    const names = sections[link]?.from ?? 0;
    if (type === elf.dynamicSymbols) {
      // The first is none.
      for (let at = from + 24; at < from + size; at += 24) {
        const name = stringAt(bytes, names + bytes.readUInt32LE(at));
        if (bytes.readUInt16LE(at + 6) === 0) library.asked.push(name);
        else if ((bytes.readUInt8(at + 4) & 0xf) === elf.code) {
          library.given.set(name, placeOf(longAt(bytes, at + 8), loaded));
        }
      }
    } else if (type === elf.dynamic) {
      for (let at = from; at < from + size; at += 16) {
        if (longAt(bytes, at) === elf.needed) library.libraries.push(stringAt(bytes, names + longAt(bytes, at + 8)));
      }
    } else if (type === elf.versionsNeeded) {
      let at = from;
      for (let file = 0; file < info; file += 1) {
        let entry = at + bytes.readUInt32LE(at + 8);
        for (let index = 0; index < bytes.readUInt16LE(at + 2); index += 1) {
          library.versions.push(stringAt(bytes, names + bytes.readUInt32LE(entry + 8)));
          entry += bytes.readUInt32LE(entry + 12);
        }
        at += bytes.readUInt32LE(at + 12);
      }
    }
  }
  return library;
}

const elf = { dynamic: 6, dynamicSymbols: 11, versionsNeeded: 0x6ffffffe, needed: 1, code: 2 };

/** https://github.com/apple-oss-distributions/xnu/tree/main/EXTERNAL_HEADERS/mach-o: `loader.h` and `nlist.h`. */
function readMachO(bytes: Buffer): NativeLibrary {
  const library = empty('Mach-O', ({ 16777223: 'x64', 16777228: 'arm64' } as const)[bytes.readUInt32LE(4)]);
  const segments: Part[] = [];
  let at = 32;
  for (let index = 0; index < bytes.readUInt32LE(16); index += 1) {
    const command = bytes.readUInt32LE(at);
    if (command === machO.segment) {
      const [address, from, size] = [longAt(bytes, at + 24), longAt(bytes, at + 40), longAt(bytes, at + 48)];
      segments.push({ address, from, size });
    } else if (command === machO.library) {
      library.libraries.push(stringAt(bytes, at + bytes.readUInt32LE(at + 8)));
    } else if (command === machO.madeFor) {
      library.versions.push(`${bytes.readUInt16LE(at + 14)}.${bytes.readUInt8(at + 13)}`);
    } else if (command === machO.symbols) {
      readSymbols(bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 16));
    }
    at += bytes.readUInt32LE(at + 4);
  }
  return library;

  function readSymbols(first: number, count: number, names: number): void {
    for (let symbol = first; symbol < first + 16 * count; symbol += 16) {
      const kind = bytes.readUInt8(symbol + 4);
      // Neither the debugger's (the upper three bits) nor what stays inside (the lowest).
      if (kind & 0xe0 || !(kind & 1)) continue;
      const name = stringAt(bytes, names + bytes.readUInt32LE(symbol)).replace(/^_/, '');
      if ((kind & 0x0e) === 0) library.asked.push(name);
      else library.given.set(name, placeOf(longAt(bytes, symbol + 8), segments));
    }
  }
}

const machO = { symbols: 0x2, library: 0xc, segment: 0x19, madeFor: 0x32 };

/** https://learn.microsoft.com/en-us/windows/win32/debug/pe-format: PE32+ with its import, delay-load and export tables. */
function readPe(bytes: Buffer): NativeLibrary {
  const coff = bytes.readUInt32LE(0x3c) + 4;
  const header = coff + 20;
  const library = empty('PE', ({ 34404: 'x64', 43620: 'arm64' } as const)[bytes.readUInt16LE(coff)]);
  const sections = Array.from({ length: bytes.readUInt16LE(coff + 2) }, (_, index) => {
    const at = header + bytes.readUInt16LE(coff + 16) + 40 * index;
    return {
      size: bytes.readUInt32LE(at + 8),
      address: bytes.readUInt32LE(at + 12),
      from: bytes.readUInt32LE(at + 20),
    };
  });
  const place = (address: number): number => placeOf(address, sections);
  const addressAt = (at: number): number => bytes.readUInt32LE(at);
  const directory = (index: number): number => place(addressAt(header + 112 + 8 * index));

  for (let at = directory(1); addressAt(at + 12) !== 0; at += 20) {
    library.libraries.push(stringAt(bytes, place(addressAt(at + 12))));
    readNames(addressAt(at));
  }
  for (let at = directory(13); addressAt(at + 4) !== 0; at += 32) {
    library.delayed.push(stringAt(bytes, place(addressAt(at + 4))));
    readNames(addressAt(at + 16));
  }
  const table = directory(0);
  const [functions, names, numbers] = [28, 32, 36].map((offset) => place(addressAt(table + offset)));
  for (let index = 0; index < addressAt(table + 24); index += 1) {
    const number = bytes.readUInt16LE((numbers ?? 0) + 2 * index);
    const name = stringAt(bytes, place(addressAt((names ?? 0) + 4 * index)));
    library.given.set(name, place(addressAt((functions ?? 0) + 4 * number)));
  }
  return library;

  function readNames(address: number): void {
    for (let at = place(address); bytes.readBigUInt64LE(at) !== 0n; at += 8) {
      const entry = bytes.readBigUInt64LE(at);
      // What is asked for by number alone has no name.
      if (entry >> 63n === 0n) library.asked.push(stringAt(bytes, place(Number(entry)) + 2));
    }
  }
}
