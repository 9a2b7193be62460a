export { Customary, type CustomaryOptions, type Events } from './client.ts';
export {
  type CallNotes,
  CustomaryConnectionError,
  CustomaryInputError,
  CustomaryProblem,
  type FieldError,
  type ProblemDocument,
} from './problem.ts';
export { type BatcherOptions, CustomaryBatcherError, type EventBatcher } from './batcher.ts';
export type { BatcherTotals, BatchFailure, BatchResult } from './batch-reports.ts';
export type { IdentifiedEvent, UsageEvent } from './events.ts';
export type { Page, Pages } from './paging.ts';
export type {
  CallOptions,
  ConditionalOptions,
  IdempotentConditionalOptions,
  IdempotentOptions,
} from './request.ts';
export type { Clock } from './clock.ts';
export type * from './generated/types.gen.ts';
