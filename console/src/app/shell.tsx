import { ActionIcon, Drawer, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { paths } from '../lib/paths.ts';
import { refusal, useMe } from '../lib/session.ts';
import { Link } from '../ui/link.tsx';
import {
  IconChevronDown,
  IconExternalLink,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSun,
} from '../ui/icons.ts';
import { navigation, type NavItem } from './nav.ts';
import { useShellKeys } from './shell-keys.ts';
import { useSignOut } from './sign-out.ts';
import classes from './shell.module.css';

const Palette = lazy(async () => {
  const { Palette: component } = await import('./palette.tsx');
  return { default: component };
});
const KeyboardHelp = lazy(async () => {
  const { KeyboardHelp: component } = await import('./keyboard-help.tsx');
  return { default: component };
});

/** The frame of the console: navigation, search, and whoever is signed in. */
export function Shell(): ReactNode {
  const [isPaletteOpen, palette] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  useShellKeys({ openPalette: palette.open, openHelp: help.open });
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // The menu is open on one address only, so that going somewhere closes it.
  const [menuAt, setMenuAt] = useState<string | null>(null);
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <Progress />
      <div className={classes.shell}>
        <aside className={classes.sidebar}>
          <Brand />
          <SearchButton onClick={palette.open} />
          <Navigation pathname={pathname} />
          <UserMenu />
        </aside>
        <div className={classes.main}>
          <div className={classes.topbar}>
            <Brand />
            <ActionIcon aria-label="Find anything" onClick={palette.open}>
              <IconSearch size={20} />
            </ActionIcon>
            <ActionIcon aria-label="Open the navigation" onClick={() => setMenuAt(pathname)}>
              <IconMenu2 size={20} />
            </ActionIcon>
          </div>
          <main id="main" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <Drawer
        opened={menuAt === pathname}
        onClose={() => setMenuAt(null)}
        title="Customary"
        size={280}
      >
        <Navigation pathname={pathname} />
        <UserMenu />
      </Drawer>
      <Suspense fallback={null}>
        {isPaletteOpen && <Palette onClose={palette.close} />}
        {isHelpOpen && <KeyboardHelp onClose={help.close} />}
      </Suspense>
    </>
  );
}

function Brand(): ReactNode {
  return (
    <Link path={paths.overview()} className={classes.brand}>
      <img src="/icon.svg" alt="" />
      Customary
    </Link>
  );
}

function SearchButton({ onClick }: { readonly onClick: () => void }): ReactNode {
  const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <button
      type="button"
      className={classes.search}
      onClick={onClick}
      aria-keyshortcuts="Control+K"
    >
      <IconSearch size={15} aria-hidden />
      Find anything
      <kbd aria-hidden>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
    </button>
  );
}

/** Shown only once a page takes longer than a blink. */
function Progress(): ReactNode {
  const isLoading = useRouterState({ select: (state) => state.isLoading });
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(isLoading), isLoading ? 150 : 0);
    return () => clearTimeout(timer);
  }, [isLoading]);
  return isSlow ? <div className={classes.progress} aria-hidden /> : null;
}

function Navigation({ pathname }: { readonly pathname: string }): ReactNode {
  return (
    <nav aria-label="Main">
      {navigation.map(({ label, items }) => (
        <div key={label} className={classes.group}>
          <h2>{label}</h2>
          <ul>
            {items.map((item) => (
              <li key={item.label}>
                <Item item={item} isCurrent={isUnder(pathname, item.under)} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function isUnder(pathname: string, under: string): boolean {
  return under === '/' ? pathname === '/' : pathname === under || pathname.startsWith(`${under}/`);
}

function Item({
  item,
  isCurrent,
}: {
  readonly item: NavItem;
  readonly isCurrent: boolean;
}): ReactNode {
  const { icon: Icon, permission } = item;
  const me = useMe();
  const whole = permission === undefined ? null : refusal(me, permission);
  const part = item.part !== undefined && me.permissions.has(item.part.permission) && item.part;
  const { label, path } = whole !== null && part !== false ? part : item;
  const reason = part === false ? whole : null;
  if (reason !== null) {
    return (
      <Tooltip label={reason} position="right">
        <span
          className={classes.item}
          role="link"
          aria-disabled="true"
          tabIndex={0}
          aria-label={`${label}. ${reason}`}
        >
          <Icon size={17} stroke={1.6} />
          {label}
        </span>
      </Tooltip>
    );
  }
  return (
    <Link path={path} className={classes.item} aria-current={isCurrent ? 'page' : undefined}>
      <Icon size={17} stroke={1.6} />
      {label}
    </Link>
  );
}

function UserMenu(): ReactNode {
  const me = useMe();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  return (
    <div className={classes.foot}>
      <Menu position="top-start" width={220}>
        <Menu.Target>
          <button type="button" className={classes.user}>
            <span className={classes.avatar} aria-hidden>
              {me.name.charAt(0).toUpperCase()}
            </span>
            <span className="ellipsis">{me.name}</span>
            <IconChevronDown size={14} aria-hidden style={{ marginLeft: 'auto' }} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{me.role ?? me.email ?? 'Signed in with an API key'}</Menu.Label>
          {(['light', 'dark', 'auto'] as const).map((scheme) => (
            <Menu.Item
              key={scheme}
              role="menuitemradio"
              aria-checked={colorScheme === scheme}
              leftSection={scheme === 'dark' ? <IconMoon size={15} /> : <IconSun size={15} />}
              rightSection={colorScheme === scheme ? '✓' : null}
              onClick={() => setColorScheme(scheme)}
            >
              {{ light: 'Light', dark: 'Dark', auto: 'As the system' }[scheme]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            component="a"
            href="/docs"
            target="_blank"
            leftSection={<IconExternalLink size={15} />}
          >
            API documentation
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={15} />} onClick={signOut}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
