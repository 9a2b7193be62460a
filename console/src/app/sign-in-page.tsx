import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { speakAs } from '../lib/api.ts';
import { meQuery } from '../lib/session.ts';
import { Trouble } from '../ui/notice.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import classes from './sign-in.module.css';

/** Signs in with an API key, which stays in this tab and goes with it. */
export function SignInPage(): ReactNode {
  useDocumentTitle('Sign in');
  const { next } = useSearch({ strict: false }) as { next?: string };
  const router = useRouter();
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const signIn = async () => {
    setBusy(true);
    setError(null);
    try {
      speakAs(key.trim());
      client.clear();
      await client.fetchQuery(meQuery);
      router.history.push(localPath(next));
    } catch (failure) {
      speakAs(null);
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void signIn();
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={onSubmit}>
        <div className={classes.brand}>
          <img src="/icon.svg" alt="" />
          Customary
        </div>
        <h1>Sign in</h1>
        <p className="dim">
          With an API key. The first one is printed when the server starts for the first time;
          <code> customary keys create</code> makes another.
        </p>
        {error !== null && <Trouble error={error} />}
        <PasswordInput
          label="API key"
          required
          size="sm"
          autoComplete="off"
          value={key}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <Button type="submit" size="sm" fullWidth loading={isBusy}>
          Sign in
        </Button>
        <p className={classes.foot}>
          <a className="link" href="/docs">
            API documentation
          </a>
        </p>
      </form>
    </main>
  );
}

/** Only an address of this console: never another site's, whoever made the link. */
function localPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}
