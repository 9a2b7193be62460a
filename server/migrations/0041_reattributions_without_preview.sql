-- Actions that give usage to somebody in passing (a claim) have no preview of it; what they moved is kept all the same.
alter table reattributions drop constraint reattributions_check1;
alter table reattributions add constraint reattributions_digest_known check (status = 'pending' or digest is not null);
alter table reattributions add constraint reattributions_preview_known
  check (status <> 'previewed' or (position is not null and preview is not null));
