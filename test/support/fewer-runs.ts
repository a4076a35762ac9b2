import fc from 'fast-check';

/** What Stryker has instrumented runs many times slower, and every mutant runs all tests that reach it. */
fc.configureGlobal({ numRuns: 20 });
