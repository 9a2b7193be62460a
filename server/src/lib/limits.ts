import type { Instant } from './instant.ts';

/** Every limit of the product, units last. A limit that is not here does not exist. */
export const limits = Object.freeze({
  // requests
  bodyBytesMax: 16 * 1024 * 1024,
  /** A request has arrived by then, whole, or its connection is closed with 408. */
  requestSentMsMax: 60_000,
  requestsLookedAtEveryMs: 5_000,
  /** A database that takes longer to answer is not ready. */
  readyMsMax: 3_000,
  /** Spans that a collector has not taken by then are dropped. */
  telemetrySentMsMax: 5_000,
  jsonDepthMax: 32,
  pageItemsDefault: 50,
  pageItemsMax: 200,
  idempotencyTtlMs: 24 * 60 * 60 * 1000,

  // events
  batchEventsMax: 10_000,
  eventBytesMax: 64 * 1024,
  /** Refused events sent again in one transaction. */
  replayedRejectsMax: 1000,
  eventMeasuresMax: 64,
  eventAttributesMax: 64,
  eventIdCharsMax: 256,
  occurredAtMin: '2000-01-01T00:00:00.000000Z' as Instant,
  occurredAheadMsMax: 60 * 60 * 1000,

  /** Events that go together in one transaction, of however many requests. */
  recordedTogetherEventsMax: 4_000,
  recordedAtOnceMax: 2,
  /** Bodies that are being read or wait to be recorded; beyond it the answer is 503 before a body is read. */
  ingestWaitingBytesMax: 64 * 1024 * 1024,
  /** Usage that could not even begin to be stored by then is answered 503. */
  ingestWaitingMsMax: 20_000,
  /** Only months that ended so long ago may be archived. */
  archivedAfterMonths: 12,
  /** What a process remembers of who owns what; beyond it, it begins anew. */
  cachedIdentifiersMax: 100_000,

  // records
  nameCharsMax: 256,
  metadataKeysMax: 100,
  treeDepthMax: 32,

  // usage
  /** Rows of one answer, whatever becomes of them: more must be asked for in parts. */
  usageRowsMax: 100_000,
  usageGroupingsMax: 8,
  /** Service periods that one answer tells the amounts of. */
  ratedPeriodsMax: 50_000,

  // documents
  logoBytesMax: 256 * 1024,
  logoSidePixelsMax: 4096,
  addressLinesMax: 8,
  /** Of a line's breakdown; what has fewer events than so many others is one row together. */
  breakdownRowsMax: 500,

  // numbers: as many digits in all, of which as many after the point
  quantityDigitsMax: 38,
  quantityDecimalsMax: 12,
  /** Longest text that is looked at as a number at all. */
  quantityCharsMax: 128,

  /** A verb re-attributes at most this many events in its own transaction; above it: 409 `preview_required`. */
  reattributedEventsMax: 10_000,
  /** A previewed re-attribution moves at most this many, in one transaction. */
  previewedEventsMax: 1_000_000,
  /** A preview lists at most this many of a kind, the largest first; its sums are over all of them. */
  previewItemsMax: 200,

  // people
  passwordCharsMin: 12,
  passwordCharsMax: 128,
  emailCharsMax: 320,
  userAgentCharsMax: 512,
  sessionTtlMs: 7 * 24 * 60 * 60 * 1000,
  ownerLinkTtlMs: 24 * 60 * 60 * 1000,
  invitationTtlMs: 7 * 24 * 60 * 60 * 1000,
  passwordLinkTtlMs: 60 * 60 * 1000,
  shareLinkTtlMs: 30 * 24 * 60 * 60 * 1000,
  shareLinkTtlMsMax: 366 * 24 * 60 * 60 * 1000,

  // jobs and mail
  jobsAtOnceMax: 4,
  /** How long a stop waits for the jobs that run; what they had not finished is done again at the next start. */
  jobDrainMsMax: 30_000,
  /** How long a request waits for a billing run that another process carries out. */
  billingWaitMsMax: 10 * 60_000,
  mailTimeoutMs: 20_000,
  messagesPerTickMax: 500,

  /** Periods one call may list: 27 years of days. */
  periodsListedMax: 10_000,
});
