// Time and processes under a test's control.

export { type ManualClock, manualClock } from './clock/manual-clock.js';
export { type CrashingStore, type CrashPoint, crashAt } from './faults/crash-at.js';
export { type FakeProcesses, fakeProcesses, identityOf } from './faults/fake-processes.js';

// What a handler has to keep.

export { describeHandlerConformance } from './handler/describe-handler.js';
export type { HandlerCase, HandlerConformanceOptions } from './handler/handler-case.js';
export { handlerConformance } from './handler/handler-conformance.js';

// What a store has to keep.

export type {
  ConformanceBackend,
  ConformanceCase,
  ConformanceDatabase,
  ConformanceEnv,
  ConformanceOpenOptions,
  UserNotes,
} from './store/conformance-case.js';
export { describeStoreConformance, type TestFramework } from './store/describe-conformance.js';
export { isRequired, runConformanceCase } from './store/run-case.js';
export { storeConformance } from './store/store-conformance.js';
