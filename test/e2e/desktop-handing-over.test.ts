import { handingOverStories } from '../support/desktop-stories/handing-over.ts';

// In the stand-in for Electron; `electron.test.ts` tells the same stories in Electron itself, where it is.
handingOverStories();
