-- A reason is looked for in every log's few denials, so only receipts that have one are in here.
create index receipts_by_code on receipts (log, code, seq) where code is not null;
