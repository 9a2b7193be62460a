import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { fieldErrors } from '../lib/field-errors.ts';
import { Problem } from '../lib/problem.ts';
import { UNSTORABLE, unstorableText } from '../lib/text.ts';

/** What zod found wrong; Fastify adds in which part of the request. */
export class RequestInvalid extends Error {
  readonly issues: z.core.$ZodIssue[];
  validationContext?: string;
  constructor(issues: z.core.$ZodIssue[]) {
    super('the request is not valid');
    this.issues = issues;
  }
}

export const validate: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const unstorable = unstorableText(data);
    if (unstorable !== null) {
      return {
        error: new RequestInvalid([
          {
            code: 'custom',
            path: unstorable.split('/').slice(1),
            message: UNSTORABLE,
            input: undefined,
          },
        ]),
      };
    }
    const parsed = schema.safeParse(data);
    return parsed.success
      ? { value: parsed.data }
      : { error: new RequestInvalid(parsed.error.issues) };
  };

/** For bodies whose parts the handler judges one by one. */
export const validateAllButBody: FastifySchemaCompiler<z.ZodType> = (route) =>
  route.httpPart === 'body' ? (value: unknown) => ({ value }) : validate(route);

/** Names every field that is wrong. An id in the address that cannot be one is simply not found. */
export function toProblem(error: RequestInvalid): Problem {
  const context = error.validationContext ?? 'body';
  if (context === 'params')
    return new Problem(
      'not_found',
      'There is nothing at this address: the id in it is not one of ours.',
    );
  const errors = error.issues.flatMap((issue) => fieldErrors(issue, context));
  return new Problem(
    'invalid_request',
    errors.map((e) => `${e.pointer === '' ? 'The body' : e.pointer}: ${e.detail}`).join(' '),
    errors,
  );
}
