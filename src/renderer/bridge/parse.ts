import * as v from 'valibot';
import { type CallName, type CallOutput, calls, type EventData, type EventName, events } from '../../shared/bridge.ts';

/** What comes from main, checked against the contract whatever brought it. */

export function parseOutput<N extends CallName>(name: N, value: unknown): CallOutput<N> {
  return v.parse(calls[name].output, value);
}

export function parseEvent<N extends EventName>(name: N, data: unknown): EventData<N> {
  return v.parse(events[name], data);
}
