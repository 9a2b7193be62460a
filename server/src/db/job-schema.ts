import { Logger, runMigrations } from 'graphile-worker';
import type { Database } from './connect.ts';

/** Where graphile-worker keeps its jobs: beside our schema, so that its versions and ours do not meet. */
export const JOB_SCHEMA = 'graphile_worker';

const silent = new Logger(() => () => undefined);

/**
 * What the application's role needs to add jobs and to run them. graphile-worker turns row level security on and
 * leaves it without policies, which shuts out everybody but the owner.
 */
const GRANTS = `
do $$
declare
  t text;
begin
  if not has_schema_privilege('customary_app', '${JOB_SCHEMA}', 'usage') then
    grant usage on schema ${JOB_SCHEMA} to customary_app;
  end if;
  for t in select relname from pg_class where relnamespace = '${JOB_SCHEMA}'::regnamespace and relkind = 'r' loop
    if t = 'migrations' then
      if not has_table_privilege('customary_app', '${JOB_SCHEMA}.migrations', 'select') then
        grant select on ${JOB_SCHEMA}.migrations to customary_app;
      end if;
      continue;
    end if;
    if not has_table_privilege('customary_app', format('${JOB_SCHEMA}.%I', t), 'delete') then
      execute format('grant select, insert, update, delete on ${JOB_SCHEMA}.%I to customary_app', t);
    end if;
    if not exists (select from pg_policies where schemaname = '${JOB_SCHEMA}' and tablename = t and policyname = 'customary_app') then
      execute format('create policy customary_app on ${JOB_SCHEMA}.%I to customary_app using (true) with check (true)', t);
    end if;
  end loop;
end $$`;

/** Installs graphile-worker's schema as its owner, or brings it up to date. For one process at a time. */
export async function installJobSchema({ pool }: Database): Promise<void> {
  await runMigrations({ pgPool: pool, logger: silent, schema: JOB_SCHEMA });
  await pool.query(GRANTS);
}
