import { type ProblemDocument, readProblem } from './problem.ts';

export type Answer = { ok: true; value: unknown } | { ok: false; document: ProblemDocument };

/** An answer's value, or its problem. Rejects if the connection breaks before its end. */
export async function readAnswer(
  response: Response,
  kind: 'json' | 'text' | 'bytes' | 'none',
): Promise<Answer> {
  const requestId = response.headers.get('x-request-id');
  if (!response.ok) {
    const body = await response.text();
    const document = readProblem(response.status, body, requestId);
    return {
      ok: false,
      document: isRedirect(response) ? redirected(response, document) : document,
    };
  }
  if (kind === 'bytes') return { ok: true, value: new Uint8Array(await response.arrayBuffer()) };
  const text = await response.text();
  if (kind === 'text') return { ok: true, value: text };
  if (kind === 'none') return { ok: true, value: undefined };
  if (text === '') return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, document: readProblem(response.status, '', requestId) };
  }
}

function isRedirect(response: Response): boolean {
  return response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);
}

function redirected(response: Response, document: ProblemDocument): ProblemDocument {
  const target = response.headers.get('location');
  const detail = `Redirected${target === null ? '' : ` to ${target}`}: set baseUrl to the server's own address.`;
  return { ...document, code: 'unexpected_response', detail };
}
