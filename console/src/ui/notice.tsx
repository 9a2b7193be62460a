import { ActionIcon, Button } from '@mantine/core';
import { CustomaryProblem } from '@customary/sdk';
import type { ReactNode } from 'react';
import { pathOfId } from '../lib/paths.ts';
import { existingIdOf, troubleOf } from '../lib/problems.ts';
import { IconAlertTriangle, IconCopy } from './icons.ts';
import { Link } from './link.tsx';
import { toast } from './toast.tsx';
import classes from './notice.module.css';

/** What went wrong, where it went wrong, with what names it in the server's log. */
export function Trouble({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}): ReactNode {
  const { title, detail, requestId } = troubleOf(error);
  return (
    <div className={classes.trouble} role="alert">
      <IconAlertTriangle size={16} aria-hidden />
      <div className={classes.troubleBody}>
        <strong>{title}</strong>
        {detail}
        <FieldErrors error={error} />
        <Existing error={error} />
        {requestId !== null && <div className={classes.request}>Request {requestId}</div>}
      </div>
      {onRetry !== undefined && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** The way to what is there already. */
function Existing({ error }: { readonly error: unknown }): ReactNode {
  const id = existingIdOf(error);
  const path = id === null ? null : pathOfId(id);
  return path === null ? null : (
    <div>
      <Link path={path}>Open what exists</Link>
    </div>
  );
}

/** What the detail does not say by itself. */
function FieldErrors({ error }: { readonly error: unknown }): ReactNode {
  if (!(error instanceof CustomaryProblem)) return null;
  const unsaid = error.errors.filter((each) => !error.detail.includes(each.detail));
  if (unsaid.length === 0) return null;
  return (
    <ul>
      {unsaid.map(({ pointer, detail }) => (
        <li key={pointer + detail}>
          <code>{pointer}</code> {detail}
        </li>
      ))}
    </ul>
  );
}

/** Something to know before going on. */
export function Warning({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  return (
    <div className={classes.trouble} data-tone="warn" role="note">
      <IconAlertTriangle size={16} aria-hidden />
      <div className={classes.troubleBody}>
        <strong>{title}</strong>
        {children}
      </div>
      {actions}
    </div>
  );
}

/** Nothing here yet: what it would be, the step that makes the first, and the same step for a program. */
export function Empty({
  title,
  children,
  actions,
  curl,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly curl?: Curl | undefined;
}): ReactNode {
  return (
    <div className={classes.empty}>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className={classes.emptyActions}>{actions}</div>}
      {curl !== undefined && <CurlExample {...curl} />}
    </div>
  );
}

export type Curl = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
};

/** The call that does the same as the page. The key is left as a variable: it is never shown. */
export function CurlExample({ method = 'GET', path, body }: Curl): ReactNode {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${location.origin}${path}`,
    `  -H "Authorization: Bearer $CUSTOMARY_API_KEY"`,
    ...(body === undefined
      ? []
      : [`  -H "Content-Type: application/json"`, `  -d '${JSON.stringify(body)}'`]),
  ];
  const text = lines.join(' \\\n');
  return (
    <div className={classes.curl}>
      <div className={classes.curlLabel}>The same by API</div>
      <pre tabIndex={0} aria-label="Example call">
        {text}
      </pre>
      <ActionIcon
        className={classes.curlCopy ?? ''}
        mt={24}
        aria-label="Copy the example call"
        onClick={() => void navigator.clipboard.writeText(text).then(() => toast('Copied'))}
      >
        <IconCopy size={14} />
      </ActionIcon>
    </div>
  );
}
