import { Link as RouterLink, useNavigate, type LinkProps } from '@tanstack/react-router';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';

type Props = Omit<ComponentPropsWithRef<'a'>, 'href'> & {
  readonly path: Path;
  /** Keeps the scroll position: for what opens over the page. */
  readonly inPlace?: boolean | undefined;
};

/** A link within the console. What it leads to is fetched as soon as the pointer rests on it. */
export function Link({ path, inPlace, className = 'link', ...rest }: Props): ReactNode {
  return (
    <RouterLink
      {...toRouter(path)}
      preload="intent"
      resetScroll={inPlace !== true}
      className={className}
      {...rest}
    />
  );
}

/** The router is not registered globally, so it takes any address; `paths.ts` is what types them. */
export function toRouter(path: Path): Pick<LinkProps, 'to' | 'search'> {
  return { to: path.to, search: path.search ?? {} } as Pick<LinkProps, 'to' | 'search'>;
}

/** Goes to a path from code. */
export function useGo(): (path: Path, options?: { replace?: boolean; inPlace?: boolean }) => void {
  const navigate = useNavigate();
  return (path, options = {}) =>
    void navigate({
      ...(toRouter(path) as object),
      replace: options.replace ?? false,
      resetScroll: options.inPlace !== true,
    });
}
