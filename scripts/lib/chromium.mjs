import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const KNOWN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  return [...(given ? [given] : []), ...KNOWN].find((path) => existsSync(path));
}

/** The browser that the console is tested in: installs Debian's if we may. Answers whether there is one. */
export function ensureChromium() {
  const found = findChromium();
  if (found) {
    console.log(`found ${found}`);
    return true;
  }
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    console.error(
      `No Chromium found at ${KNOWN.join(', ')} or $CHROMIUM_PATH.\n` +
        'On Debian or Ubuntu run:  sudo apt-get update && sudo apt-get install -y chromium\n' +
        'Elsewhere install Chromium or Chrome and set CHROMIUM_PATH to its program.',
    );
    return false;
  }
  console.log('Installing Chromium (apt-get install chromium) …');
  return (
    apt('update') &&
    apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation') &&
    findChromium() !== undefined
  );
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (status !== 0) console.error(`apt-get ${args.join(' ')} failed; see above.`);
  return status === 0;
}
