import { describe, expect, test } from 'vitest';
import { parseBrokerUrl, parseIceServer, readIceServer } from '../../../src/main/addresses.ts';

describe('a broker', () => {
  test('is a WebSocket address', () => {
    expect(parseBrokerUrl('wss://broker.example:8884/mqtt')).toBe('wss://broker.example:8884/mqtt');
    expect(parseBrokerUrl('ws://[2001:db8::1]:9001')).toBe('ws://[2001:db8::1]:9001/');
    expect(parseBrokerUrl('mqtt://broker.example')).toBeNull();
  });

  test.each(['0', '65536', '99999', '-1', 'x'])('has no port %s', (port) => {
    expect(parseBrokerUrl(`ws://broker.example:${port}`)).toBeNull();
  });
});

describe('a STUN or TURN server', () => {
  const turn = { urls: 'turn:host:3478', username: 'ann', credential: 'p/w' };

  test('may be filled in as the README writes it, or in fields of its own', () => {
    expect(readIceServer({ urls: 'turn:ann:p%2Fw@host:3478' })).toEqual(turn);
    expect(readIceServer({ urls: 'turn:ann:p/w@host:3478', username: '', credential: '' })).toEqual(turn);
    expect(readIceServer(turn)).toEqual(turn);
    expect(
      readIceServer({ urls: 'turns:[2001:db8::1]:443?transport=tcp', username: 'a', credential: 'b' }),
    ).not.toBeNull();
    expect(readIceServer({ urls: 'stun:host' })).toEqual({ urls: 'stun:host' });
  });

  test('says its user and password once, and a STUN server has none', () => {
    expect(readIceServer({ ...turn, urls: 'turn:ann:pw@host:3478' })).toBeNull();
    expect(readIceServer({ ...turn, credential: '' })).toBeNull();
    expect(readIceServer({ urls: 'turn:host:3478' })).toBeNull();
    expect(readIceServer({ ...turn, urls: 'stun:host' })).toBeNull();
  });

  test.each(['0', '65536', '99999'])('has no port %s: with one, a platform begins no connection at all', (port) => {
    expect(parseIceServer(`stun:host:${port}`)).toBeNull();
    expect(parseIceServer(`stun:[2001:db8::1]:${port}`)).toBeNull();
    expect(parseIceServer(`turn:ann:pw@host:${port}?transport=udp`)).toBeNull();
    expect(readIceServer({ ...turn, urls: `turn:host:${port}` })).toBeNull();
  });

  test('has any other port, or none', () => {
    for (const address of ['host', 'host:1', 'host:65535', '[2001:db8::1]', '[2001:db8::1]:3478']) {
      expect(parseIceServer(`stun:${address}`)).toEqual({ urls: `stun:${address}` });
    }
  });
});
