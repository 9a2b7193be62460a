import { createSender, type SenderOptions } from '../../src/request.ts';
import { Resources } from '../fixtures/generated/resources.gen.ts';

/** A client of the sample API: the core under test, with a surface that does not change with the server's. */
export function sampleClient(options: Partial<SenderOptions>): Resources {
  return new Resources(createSender({ baseUrl: 'http://127.0.0.1:1', apiKey: 'key', ...options }));
}
