import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode, type Ref } from 'react';
import { meQuery } from '../lib/session.ts';
import { Trouble } from '../ui/notice.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import classes from './sign-in.module.css';

/** The card that one signs in or joins at. */
export function EntryCard({
  title,
  error,
  onSubmit,
  children,
}: {
  readonly title: string;
  readonly error: unknown;
  readonly onSubmit?: () => void;
  readonly children: ReactNode;
}): ReactNode {
  useDocumentTitle(title);
  return (
    <main className={classes.page}>
      <form
        className={classes.card}
        aria-label={title}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <div className={classes.brand}>
          <img src="/icon.svg" alt="" />
          Customary
        </div>
        <h1>{title}</h1>
        {error !== null && <Trouble error={error} />}
        {children}
      </form>
    </main>
  );
}

/** The address that one signs in by. */
export function EmailField({
  value,
  onChange,
  ref,
}: {
  readonly value: string;
  readonly onChange: (email: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
}): ReactNode {
  return (
    <TextInput
      ref={ref}
      label="E-mail"
      type="email"
      required
      size="sm"
      autoComplete="username"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Tries to get in; then everything is asked for in the name of whoever came in. */
export function useEntry(next: string | undefined): {
  readonly enter: (step: () => Promise<boolean>) => void;
  readonly error: unknown;
  readonly isBusy: boolean;
} {
  const router = useRouter();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const attempt = async (step: () => Promise<boolean>) => {
    setBusy(true);
    setError(null);
    try {
      if (!(await step())) return;
      client.clear();
      await client.fetchQuery(meQuery);
      router.history.push(localPath(next));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { enter: (step) => void attempt(step), error, isBusy };
}

/** Only an address of this console: never another site's, whoever made the link. */
export function localPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}
