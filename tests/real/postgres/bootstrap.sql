-- What access to a Supabase project depends on, as its databases have it before the first migration.
create schema auth;
create schema storage;
create schema extensions;
create extension if not exists pgcrypto with schema extensions;

create table auth.users (
  id uuid primary key, email text, phone text, role text,
  raw_user_meta_data jsonb, raw_app_meta_data jsonb, is_anonymous boolean default false, created_at timestamptz default now()
);
alter table auth.users enable row level security;

create function auth.jwt() returns jsonb language sql stable as
$$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
create function auth.email() returns text language sql stable as $$ select auth.jwt() ->> 'email' $$;

create table storage.buckets (id text primary key, name text, owner uuid, public boolean default false);
create table storage.objects (
  id uuid primary key default gen_random_uuid(), bucket_id text references storage.buckets, name text,
  owner uuid, owner_id text, metadata jsonb, path_tokens text[], created_at timestamptz default now()
);
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
create function storage.foldername(name text) returns text[] language sql immutable as
$$ select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$;

grant usage on schema public, auth, storage, extensions to anon, authenticated, service_role;
grant all on all tables in schema storage to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-00000000000a', 'owner@example.com'),
  ('00000000-0000-4000-8000-00000000000b', 'stranger@example.com');

create schema probe;
create function probe.try(role text, claims text, statement text) returns text language plpgsql as $$
declare n int; answer text;
begin
  begin
    perform set_config('request.jwt.claims', claims, true);
    execute format('set local role %I', role);
    execute statement;
    get diagnostics n = row_count;
    raise exception using errcode = 'ZZ001', message = n::text;
  exception
    when sqlstate 'ZZ001' then answer := sqlerrm;
    when insufficient_privilege then answer := 'denied';
  end;
  return answer;
end $$;
