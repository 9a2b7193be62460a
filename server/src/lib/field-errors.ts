import type { FieldError } from './problem.ts';

/** An issue as zod reports it. */
export type ZodIssue = { code?: string; path?: PropertyKey[]; keys?: string[]; message?: string };

/** Zod's issues → field errors; an unknown field is named by its own pointer. Values are never echoed. */
export function fieldErrors(issue: ZodIssue, context = 'body'): FieldError[] {
  const path = issue.path ?? [];
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      pointer: pointerOf([...path, key], context),
      code: 'unknown_field',
      detail:
        context === 'querystring'
          ? 'This parameter is not known here.'
          : 'This field is not known here.',
    }));
  }
  return [
    {
      pointer: pointerOf(path, context),
      code: issue.code === undefined || issue.code === 'custom' ? 'invalid_value' : issue.code,
      detail: sentence(issue.message ?? 'Invalid.'),
    },
  ];
}

const POINTER_PART_CHARS_MAX = 80;

function pointerOf(path: PropertyKey[], context: string): string {
  const parts = path.map((part) =>
    String(part).slice(0, POINTER_PART_CHARS_MAX).replaceAll('~', '~0').replaceAll('/', '~1'),
  );
  if (context === 'querystring') return `?${parts.join('/')}`;
  return parts.map((part) => `/${part}`).join('');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
