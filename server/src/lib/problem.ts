/**
 * Every error a client can meet: its stable code, the HTTP status it travels as, and its title.
 * `docs/reference/errors.md` is generated from this table.
 */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_encoding: { status: 400, title: 'The body is not valid UTF-8' },
  two_credentials: { status: 400, title: 'Two ways of signing in at once' },
  unauthenticated: { status: 401, title: 'No valid API key, and not signed in' },
  forbidden: { status: 403, title: 'A permission is missing' },
  cross_site_request: { status: 403, title: 'The request comes from another site' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  already_exists: { status: 409, title: 'It exists already' },
  idempotency_in_progress: { status: 409, title: 'The same request is still running' },
  in_use: { status: 409, title: 'It is in use' },
  preview_required: { status: 409, title: 'The change needs a preview' },
  preview_stale: { status: 409, title: 'What was previewed has changed' },
  invalid_state: { status: 409, title: 'Not possible in this state' },
  gone: { status: 410, title: 'No longer there' },
  has_payments: { status: 409, title: 'Something was paid or credited on it' },
  version_conflict: { status: 412, title: 'It has changed since it was read' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used for another request' },
  choice_required: { status: 422, title: 'Something has to be chosen first' },
  unprocessable: { status: 422, title: 'The request cannot be carried out' },
  too_many_requests: { status: 429, title: 'Too many attempts' },
  currency_mismatch: { status: 422, title: 'The currencies differ' },
  exceeds_amount_due: { status: 422, title: 'More than is due on the invoice' },
  exceeds_line: { status: 422, title: 'More than is left of the invoice line' },
  exceeds_credit: { status: 422, title: 'More than there is' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const;

export type ProblemCode = keyof typeof problems;

/** One thing wrong in a request: where (JSON pointer; `?name` for a query parameter), which rule, what to do. */
export type FieldError = { pointer: string; code: string; detail: string };

/** The only error that domains throw at a client. `detail` is public: no secrets, no internals. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: FieldError[];
  /** Further public members of the problem document, e.g. the id of what exists already. */
  readonly extra: Record<string, unknown>;

  constructor(
    code: ProblemCode,
    detail: string,
    errors: FieldError[] = [],
    extra: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.extra = extra;
  }
}

export function notFound(what: string, id: string): Problem {
  return new Problem('not_found', `There is no ${what} ${id}.`);
}

/** A single bad field of a request. */
export function invalidField(pointer: string, code: string, detail: string): Problem {
  return new Problem('invalid_request', detail, [{ pointer, code, detail }]);
}

/** A reference, in a request, to something that does not exist. */
export function unknownReference(pointer: string, what: string): Problem {
  return new Problem('unprocessable', `The ${what} named at ${pointer} does not exist.`, [
    { pointer, code: 'unknown_reference', detail: `There is no such ${what}.` },
  ]);
}

export function alreadyExists(what: string, pointer: string, existingId: string): Problem {
  return new Problem(
    'already_exists',
    `${what} exists already as ${existingId}.`,
    [{ pointer, code: 'already_exists', detail: `Use ${existingId}.` }],
    {
      existingId,
    },
  );
}
