// The `sdk` step of `npm run generate`: openapi.json → sdk/src/generated, and the tests' own small surface.

import { format } from './format.mjs';
import { generateSdk } from './sdk-generator.mjs';

const SAMPLE = 'sdk/test/fixtures/openapi.sample.json';

const TARGETS = [
  { source: 'openapi.json', folder: 'sdk/src/generated', core: '..' },
  { source: SAMPLE, folder: 'sdk/test/fixtures/generated', core: '../../../src' },
];

export const sdkStep = {
  name: 'sdk',
  async produce({ read }) {
    const files = new Map();
    for (const { source, folder, core } of TARGETS) {
      const document = JSON.parse(await read(source));
      const { types, resources } = generateSdk(document, { source, core });
      files.set(`${folder}/types.gen.ts`, types);
      files.set(`${folder}/resources.gen.ts`, resources);
    }
    const formatted = [...files].map(async ([path, text]) => [path, await format(path, text)]);
    return new Map(await Promise.all(formatted));
  },
};
