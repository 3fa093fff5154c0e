-- Up Migration

-- Whether a restore was begun by somebody's hand the last time: one that failed is not tried again by itself then.
alter table reprise.epoch add column by_hand boolean not null default false;
