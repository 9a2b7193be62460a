-- Who issues the documents, and how they look. What a document shows of it is copied onto the document when it is
-- issued (invoices.issuer), so a change here reaches only what is issued later.

-- Each logo ever used, by what it holds: a document names the hash, and finds the same picture for ever.
create table seller_logos (
  hash identifier primary key,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  bytes bytea not null check (octet_length(bytes) between 1 and 262144),
  journal_id bigint not null references journal,
  created_at timestamptz not null,
  check (hash = 'sha256:' || encode(sha256(bytes), 'hex'))
);
create trigger seller_logos_fixed before update or delete on seller_logos
  for each row execute function forbid_change();

alter table sellers
  add column legal_name text,
  add column address jsonb not null default '[]' check (jsonb_typeof(address) = 'array'),
  add column country text,
  add column tax_id text,
  add column email text,
  add column website text,
  add column logo_hash identifier references seller_logos,
  add column remittance_instructions text,
  add column default_payment_terms_days integer not null default 30 check (default_payment_terms_days between 0 and 3650),
  add column default_currency char(3) not null default 'USD' check (default_currency ~ '^[A-Z]{3}$'),
  add column default_time_zone text not null default 'UTC',
  add column default_breakdown text not null default 'none'
    check (default_breakdown in ('none', 'organization', 'credential', 'subscriber')),
  add column locale text not null default 'en-US',
  add column paper text not null default 'letter' check (paper in ('letter', 'A4')),
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now();
alter table sellers alter column created_at drop default, alter column updated_at drop default;

grant select, insert on seller_logos to customary_app;
