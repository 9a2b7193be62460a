import { useQueryClient } from '@tanstack/react-query';
import { speakAs, usesApiKey } from '../lib/api.ts';
import { paths } from '../lib/paths.ts';
import { useGo } from '../ui/link.tsx';

/** Forgets who was here, and everything that was read in their name. */
export function useSignOut(): () => void {
  const go = useGo();
  const client = useQueryClient();
  return () => {
    void end().finally(() => {
      speakAs(null);
      client.clear();
      go(paths.signIn());
    });
  };
}

async function end(): Promise<void> {
  if (usesApiKey()) return;
  await fetch('/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
}
