import { Button, Skeleton } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { isForbidden, isNotFound, troubleOf } from '../lib/problems.ts';
import { paths } from '../lib/paths.ts';
import { Action } from '../ui/action.tsx';
import { Empty, Trouble } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

/** In place of a page that takes a moment: the frame it will have. */
export function Pending(): ReactNode {
  return (
    <div style={{ padding: '22px var(--page-pad)' }} aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      <Skeleton height={10} width={140} mb={12} />
      <Skeleton height={20} width={260} mb={28} />
      <Skeleton height={240} radius={8} />
    </div>
  );
}

export function NotFound(): ReactNode {
  return (
    <Page title="Not found">
      <Empty
        title="There is nothing at this address"
        actions={
          <Button variant="default" component="a" href="/">
            To the overview
          </Button>
        }
      >
        It may have been merged, archived or mistyped. Press Ctrl K (⌘K) and paste any identifier to
        find what it names.
      </Empty>
    </Page>
  );
}

/** The error boundary of every page: what went wrong, and a way on without losing the place. */
export function RouteTrouble({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  if (isNotFound(error)) return <NotFound />;
  if (isForbidden(error)) return <NotAllowed reason={troubleOf(error).detail} />;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Page title="This page could not be shown">
      <Trouble error={error} onRetry={retry} />
    </Page>
  );
}

/** For whoever may not see a page at all. */
function NotAllowed({ reason }: { readonly reason: string }): ReactNode {
  return (
    <Page title="Not for this role">
      <Empty
        title="You may not see this page"
        actions={
          <Action variant="default" path={paths.overview()}>
            To the overview
          </Action>
        }
      >
        {reason} An owner or admin can change that under Settings › People.
      </Empty>
    </Page>
  );
}
