import '../../../src/renderer/process-shim.ts';
import { bareAnswer, bareFinish, bareGive, bareOffer, bareTake } from './bare.ts';
import { answerCalls } from './calls.ts';
import { joinAs, linkGive, linkTake } from './link.ts';

/** What a benchmark calls in the page. */
const bench = { bareOffer, bareAnswer, bareFinish, bareTake, bareGive, joinAs, linkTake, linkGive };

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
if (location.search === '?calls') answerCalls(bench);
