import { type BatcherOptions, createBatcher, type EventBatcher } from './batcher.ts';
import { type EventsResource, Resources } from './generated/resources.gen.ts';
import { createSender, type SenderOptions } from './request.ts';

export type CustomaryOptions = SenderOptions;

/** Events, plus what makes many of them cheap to send. */
export type Events = EventsResource & {
  /** A batching client for many events; `close` it before the process ends. */
  batcher: (options?: BatcherOptions) => EventBatcher;
};

/**
 * A client of one Customary deployment.
 *
 * ```ts
 * const customary = new Customary({ baseUrl: 'http://127.0.0.1:8787', apiKey });
 * const acme = await customary.organizations.create({ name: 'Acme' });
 * ```
 *
 * Calls are retried, safely, when the network or the server fails; they reject with a `CustomaryProblem` when the
 * server refuses, a `CustomaryConnectionError` when it does not answer, and a `CustomaryInputError` when the call
 * itself is wrong.
 */
export class Customary extends Resources {
  declare readonly events: Events;

  constructor(options: CustomaryOptions) {
    const send = createSender(options);
    super(send);
    const batcher = (settings?: BatcherOptions): EventBatcher =>
      createBatcher(send, settings, options.clock);
    this.events = { ...this.events, batcher };
  }
}
