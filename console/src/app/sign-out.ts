import { useQueryClient } from '@tanstack/react-query';
import { speakAs, usesApiKey } from '../lib/api.ts';
import { paths } from '../lib/paths.ts';
import { auth } from '../lib/sign-in.ts';
import { useGo } from '../ui/link.tsx';

/** Forgets who was here, and everything that was read in their name. */
export function useSignOut(): () => void {
  const go = useGo();
  const client = useQueryClient();
  return () => {
    const ended = usesApiKey() ? Promise.resolve() : auth.signOut();
    void ended.finally(() => {
      speakAs(null);
      client.clear();
      go(paths.signIn());
    });
  };
}
