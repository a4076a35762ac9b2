import { describe, expect, it } from 'vitest';
import { suspectsLocalNetwork } from '../../../src/main/local-network.ts';
import type { BrokerView, MemberView, NetworkView } from '../../../src/shared/views.ts';

const view = (brokers: BrokerView[], members: MemberView[] = []): NetworkView => ({ brokers, members, trouble: null });
const broker = (url: string, state: BrokerView['state'] = 'waiting'): BrokerView => ({
  url,
  state,
  reason: state === 'waiting' ? { code: 'broker-unreachable', detail: { url } } : null,
});

describe('a closed local network', () => {
  it.each(['ws://192.168.1.5:9001', 'ws://10.1.2.3', 'ws://172.20.0.1/mqtt', 'ws://[fd00::1]:9001', 'ws://nas.local'])(
    'is suspected where %s cannot be reached',
    (url) => {
      expect(suspectsLocalNetwork(view([broker(url)]))).toBe(true);
      expect(suspectsLocalNetwork(view([broker(url, 'connected')]))).toBe(false);
    },
  );

  it.each(['wss://broker.example', 'ws://127.0.0.1:9001', 'ws://172.40.0.1', 'ws://[::1]'])(
    'has nothing to do with %s',
    (url) => {
      expect(suspectsLocalNetwork(view([broker(url)]))).toBe(false);
    },
  );

  it('is suspected where nothing gets through to somebody', () => {
    const member: MemberView = {
      session: 's',
      name: 'Bo',
      key: null,
      state: 'connecting',
      path: null,
      roundTripMs: null,
      reason: { code: 'link-timeout' },
    };
    expect(suspectsLocalNetwork(view([], [member]))).toBe(true);
    expect(suspectsLocalNetwork(view([], [{ ...member, reason: { code: 'peer-left' } }]))).toBe(false);
  });
});
