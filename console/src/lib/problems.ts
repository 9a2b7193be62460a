import { CustomaryConnectionError, CustomaryInputError, CustomaryProblem } from '@customary/sdk';

/** What went wrong, for a person. */
export type Trouble = {
  readonly title: string;
  readonly detail: string;
  /** Names the request in the server's log. */
  readonly requestId: string | null;
  readonly code: string;
};

export function troubleOf(error: unknown): Trouble {
  if (error instanceof CustomaryProblem) {
    return {
      title: titleOf(error),
      detail: error.detail,
      requestId: error.requestId,
      code: error.code,
    };
  }
  if (error instanceof CustomaryConnectionError) {
    const detail =
      'Nothing is lost: what you entered is still here. Try again once the server can be reached.';
    return { title: 'The server does not answer', detail, requestId: null, code: 'connection' };
  }
  if (error instanceof CustomaryInputError)
    return {
      title: 'This cannot be sent',
      detail: error.message,
      requestId: null,
      code: 'input',
    };
  const detail = error instanceof Error ? error.message : String(error);
  return {
    title: 'Something unexpected happened in the console',
    detail,
    requestId: null,
    code: 'console',
  };
}

function titleOf(problem: CustomaryProblem): string {
  if (problem.code === 'version_conflict') return 'Somebody else has changed this meanwhile';
  if (problem.status === 403) return 'You may not do this';
  return problem.document.title;
}

export function isConflict(error: unknown): boolean {
  return error instanceof CustomaryProblem && error.code === 'version_conflict';
}

export function isNotFound(error: unknown): boolean {
  return error instanceof CustomaryProblem && error.status === 404;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof CustomaryProblem && error.status === 403;
}

/** `/billing/email` → `billing.email`, as forms name their fields. */
export function fieldOf(pointer: string): string {
  return pointer
    .replace(/^[/?]/, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** The id of what is there already. */
export function existingIdOf(error: unknown): string | null {
  return error instanceof CustomaryProblem ? error.existingId : null;
}
