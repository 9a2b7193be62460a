-- What lists of invoices are asked for: by status, what is unpaid, by number; newest first.

create index invoices_by_status on invoices (status, id);
create index invoices_unpaid on invoices (id) where status in ('open', 'partially_paid');
create index invoices_number on invoices (number) where number is not null;
