import { paths, type Path } from '../../lib/paths.ts';
import { useMe } from '../../lib/session.ts';

/** Where the unpaid invoices of a customer are: for who may not see beneath statements, their heads alone. */
export function useUnpaidPath(): (organizationId: string) => Path {
  const me = useMe();
  const list = me.permissions.has('invoices.read') ? paths.invoices : paths.invoiceHeaders;
  return (organizationId) => list({ organizationId, unpaid: true });
}
