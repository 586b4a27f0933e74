-- migrations
create table a (id int primary key, owner uuid, v text);
create table b (id int primary key, owner uuid, v text);
create table c (id int primary key, owner uuid, v text);
create table "Mixed Case" (id int primary key, owner uuid, v text);
do $$
declare t text;
begin
  foreach t in array array['a', 'b', 'Mixed Case'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('create policy %I on public.%I for select to authenticated using (true)', t || '_read', t);
  end loop;
end $$;
do $$
begin
  if not exists (select 1 from pg_policies where tablename = 'a' and policyname = 'own') then
    create policy own on a for all using (auth.uid() = owner);
  end if;
exception when duplicate_object then null;
end $$;
do $$
declare r record;
begin
  for r in select policyname, tablename from pg_policies where schemaname = 'public' and tablename in ('b') loop
    execute format('drop policy %I on %I', r.policyname, r.tablename);
  end loop;
end $$;
create table d (id int primary key, v text);
create table e (id int primary key, v text);
do $body$
declare r record;
begin
  for r in (select tablename from pg_tables where schemaname = 'public' and tablename like 'd%') loop
    execute 'alter table public.' || quote_ident(r.tablename) || ' enable row level security';
  end loop;
end $body$;
create function lock_down() returns void language plpgsql as $$
begin
  revoke all on table public.e from anon;
end $$;
select lock_down();
do $$ begin perform lock_down(); end $$;
do $$ declare names text[] := '{c}'; n text; begin
  foreach n in array names loop execute format('revoke all on %I from authenticated', n); end loop;
end $$;
-- seed
insert into a values (1, '00000000-0000-4000-8000-00000000000a', 'x');
insert into b values (1, null, 'x');
insert into c values (1, null, 'x');
insert into "Mixed Case" values (1, null, 'x');
insert into d values (1, 'x');
insert into e values (1, 'x');
-- probes
a insert: insert into a values (2, '00000000-0000-4000-8000-00000000000a', 'x')
a update: update a set v = 'y'
b insert: insert into b values (2, null, 'x')
b update: update b set v = 'y'
c insert: insert into c values (2, null, 'x')
c update: update c set v = 'y'
Mixed Case insert: insert into "Mixed Case" values (2, null, 'x')
Mixed Case update: update "Mixed Case" set v = 'y'
d insert: insert into d values (2, 'x')
d update: update d set v = 'y'
e insert: insert into e values (2, 'x')
e update: update e set v = 'y'
