export type AuditEntry = {
  /** `resource.verb` */
  action: string;
  resourceId: string;
  /** The resource as the API shows it (so: masked), before and after; null where there was or is none. */
  before: object | null;
  after: object | null;
  reason?: string | null | undefined;
};
