create table schnittwerk_core.personal_column (
  table_name text not null,
  column_name text not null,
  about text not null,
  erasure text not null,
  constraint personal_column_pkey primary key (table_name, column_name),
  constraint personal_column_about_is_known check (about in ('customer', 'staff', 'anyone')),
  constraint personal_column_erasure_is_known
    check (erasure in ('emptied', 'row_deleted', 'reduced_to_ids', 'kept'))
);

alter table schnittwerk_core.personal_column enable row level security;

comment on table schnittwerk_core.personal_column is
  'Every column with personal data, apart from ids: what the journal keeps apart, and what is exported and erased.';
comment on column schnittwerk_core.personal_column.table_name is 'The table.';
comment on column schnittwerk_core.personal_column.column_name is 'The column.';
comment on column schnittwerk_core.personal_column.about is
  'Whose data it is: customer, staff, or anyone, who may be named in the salon''s free text.';
comment on column schnittwerk_core.personal_column.erasure is
  'What erase_customer does with a customer''s: emptied (null, or a placeholder for a name), row_deleted, reduced_to_ids, or kept (it is not a customer''s).';

insert into schnittwerk_core.personal_column (table_name, column_name, about, erasure)
values
  ('customers', 'full_name', 'customer', 'emptied'),
  ('customers', 'email', 'customer', 'emptied'),
  ('customers', 'phone', 'customer', 'emptied'),
  ('customers', 'notes', 'customer', 'emptied'),
  ('profiles', 'full_name', 'customer', 'row_deleted'),
  ('profiles', 'email', 'customer', 'row_deleted'),
  ('contact_preference', 'language', 'customer', 'row_deleted'),
  ('contact_consent', 'is_given', 'customer', 'row_deleted'),
  ('appointments', 'notes', 'customer', 'emptied'),
  ('appointments', 'price_details', 'customer', 'emptied'),
  ('hold', 'price_details', 'customer', 'emptied'),
  ('waitlist_offer', 'price_details', 'customer', 'emptied'),
  ('appointments', 'cancellation_reason', 'customer', 'emptied'),
  ('waitlist', 'notes', 'customer', 'emptied'),
  ('booking_operations', 'response', 'customer', 'reduced_to_ids'),
  ('booking_operations', 'override_reason', 'customer', 'emptied'),
  ('event_delivery', 'last_error', 'customer', 'emptied'),
  ('journal_personal', 'before', 'anyone', 'row_deleted'),
  ('journal_personal', 'after', 'anyone', 'row_deleted'),
  ('journal_personal', 'reason', 'anyone', 'row_deleted'),
  ('journal_personal', 'override_reason', 'anyone', 'row_deleted'),
  ('staff', 'full_name', 'staff', 'kept'),
  ('staff', 'email', 'staff', 'kept'),
  ('staff', 'phone', 'staff', 'kept'),
  ('staff_timeoff', 'type', 'staff', 'kept'),
  ('holidays', 'description', 'anyone', 'kept'),
  ('unit_closure', 'reason', 'anyone', 'kept'),
  ('booking_policies', 'description', 'anyone', 'kept');
