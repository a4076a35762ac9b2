import '../../../src/renderer/process-shim.ts';
import { bareAnswer, bareFinish, bareOffer, bareSend } from './bare.ts';
import { joinAs, linkSend } from './link.ts';

/** What the benchmark script calls in the page. Throughputs are bytes a second, taken by the sender until all is acknowledged. */
const bench = { bareOffer, bareAnswer, bareFinish, bareSend, joinAs, linkSend };

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
