import { createOwnerLink } from '../access/link-actions.ts';
import { addressOf } from './api.ts';
import { withDeployment } from './keys.ts';
import type { Settings } from './settings.ts';

/**
 * A link for a first owner, or for one more: whoever may read the data folder may let himself in, as when nobody has
 * the owner's password any more.
 */
export async function ownerLink(settings: Settings): Promise<void> {
  await withDeployment(settings, async ({ deployment }) => {
    const origin = settings.url ?? addressOf(settings);
    const link = await createOwnerLink(deployment, { evenIfOwned: true, origin });
    if (link === null) return;
    process.stdout.write(
      `Whoever opens this link becomes an owner. It works once, until ${link.expiresAt.slice(0, 16)}Z:\n\n    ${link.url}\n`,
    );
  });
}
