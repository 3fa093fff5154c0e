-- Up Migration

-- What a client had said where live aliases made another request of it (`ClientForm`), with secrets masked; as
-- it came it stands sealed beside the others. Null: the backend had what the client said.
alter table reprise.entry add column client_form json;
