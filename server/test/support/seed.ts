import fc from 'fast-check';

/** The same random cases at every run, so that CI says the same of the same code. `SEED=n` explores others. */
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_261_122) });
