/** One thing wrong in a request: where (a JSON pointer; `?name` for a query parameter), which rule, what to do. */
export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

/** What is known about the call that failed. */
export interface CallNotes {
  /** The operation, e.g. `organizations.create`. */
  operation: string;
  /** How often it was tried. After more than one, an earlier try may have taken effect. */
  attempts: number;
}

/** The body of an error answer (RFC 9457), with whatever members its `code` adds, such as `existingId`. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string | null;
  errors: FieldError[];
  [member: string]: unknown;
}

/** The server answered, and the answer is no. Decide by `code`: it is stable. */
export class CustomaryProblem extends Error {
  override readonly name = 'CustomaryProblem';
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: FieldError[];
  /** Names this request in the server's log. */
  readonly requestId: string | null;
  /** The whole answer, for members that only some codes have. */
  readonly document: ProblemDocument;
  readonly operation: string;
  readonly attempts: number;

  constructor(document: ProblemDocument, notes: CallNotes) {
    super(messageOf(document, notes));
    this.code = document.code;
    this.status = document.status;
    this.detail = document.detail;
    this.errors = document.errors;
    this.requestId = document.requestId;
    this.document = document;
    this.operation = notes.operation;
    this.attempts = notes.attempts;
  }

  /** The id of what is there already, when `code` is `already_exists`. */
  get existingId(): string | null {
    const { existingId } = this.document;
    return typeof existingId === 'string' ? existingId : null;
  }
}

/** No complete answer came: the server may or may not have acted. Repeating the call is safe. */
export class CustomaryConnectionError extends Error {
  override readonly name = 'CustomaryConnectionError';
  readonly reason: 'network' | 'timeout';
  readonly operation: string;
  readonly attempts: number;

  constructor(reason: 'network' | 'timeout', detail: string, notes: CallNotes, cause?: unknown) {
    const tries = notes.attempts === 1 ? '1 attempt' : `${notes.attempts} attempts`;
    super(`${notes.operation}: no answer after ${tries}: ${detail}`, { cause });
    this.reason = reason;
    this.operation = notes.operation;
    this.attempts = notes.attempts;
  }
}

/** The call was wrong before anything was sent: `pointer` says where. */
export class CustomaryInputError extends Error {
  override readonly name = 'CustomaryInputError';
  readonly pointer: string;

  constructor(pointer: string, detail: string) {
    super(pointer === '' ? detail : `${pointer}: ${detail}`);
    this.pointer = pointer;
  }
}

function messageOf(document: ProblemDocument, notes: CallNotes): string {
  const told = document.detail === '' ? document.title : document.detail;
  // The server's detail often repeats the field errors.
  const fields = document.errors
    .filter((error) => !told.includes(error.detail))
    .map((error) => ` ${error.pointer}: ${error.detail}`);
  const request = document.requestId === null ? '' : ` (request ${document.requestId})`;
  return `${notes.operation}: ${document.status} ${document.code}: ${told}${fields.join('')}${request}`;
}

/** An error answer's body, read carefully: a proxy on the way may have answered in the server's place. */
export function readProblem(
  status: number,
  body: string,
  requestId: string | null,
): ProblemDocument {
  const found = parseObject(body);
  const text = (name: string, otherwise: string): string => {
    const value = found[name];
    return typeof value === 'string' ? value : otherwise;
  };
  const known = typeof found['code'] === 'string';
  return {
    ...(known ? found : {}),
    type: text('type', 'about:blank'),
    title: text('title', 'The server did not answer as expected'),
    status,
    detail: text(
      'detail',
      known ? '' : `An answer with status ${status}, but without a problem in it.`,
    ),
    code: text('code', 'unexpected_response'),
    requestId: text('requestId', requestId ?? '') || null,
    errors: Array.isArray(found['errors']) ? (found['errors'] as FieldError[]) : [],
  };
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
