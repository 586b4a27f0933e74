-- migrations
create type member_role as enum ('owner', 'member');
create table teams (id int primary key, name text);
create table members (team_id int references teams, user_id uuid, role member_role not null default 'member', primary key (team_id, user_id));
create table documents (id int primary key, team_id int references teams, owner uuid, secret boolean not null default false, v text);
create table logs (id int primary key, v text);
create table settings (id int primary key, v text);
create table inverted (id int primary key, owner uuid, v text);
create table claimed (id int primary key, v text);
create table blocked (id int primary key, v text);
create table nulls (id int primary key, owner uuid, v text);
create table admins (user_id uuid primary key);

create or replace function is_member(team int) returns boolean language sql security definer set search_path = '' stable as $$
  select exists (select 1 from public.members m where m.team_id = team and m.user_id = (select auth.uid()));
$$;
create or replace function is_admin() returns boolean language plpgsql security definer stable as $$
begin
  return exists (select 1 from public.admins where user_id = auth.uid());
end;
$$;

alter table teams enable row level security;
alter table members enable row level security;
alter table documents enable row level security;
alter table logs enable row level security;
alter table settings enable row level security;
alter table inverted enable row level security;
alter table claimed enable row level security;
alter table blocked enable row level security;
alter table nulls enable row level security;
alter table admins enable row level security, force row level security;

create policy "members see teams" on teams for select to authenticated using (is_member(id));
create policy "anyone may found" on teams for insert to authenticated with check (true);
create policy "own memberships" on members for select using (user_id = auth.uid());
create policy "join" on members for insert with check (user_id = (select auth.uid()));
create policy "docs" on documents for all using (team_id in (select m.team_id from members m where m.user_id = auth.uid())) with check (is_member(team_id));
create policy "no secrets" on documents as restrictive for select to authenticated using (not secret);
create policy "admins only" on logs for all to authenticated using (is_admin());
create policy "claims" on claimed for select using ((auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');
create policy "email" on claimed for update using (auth.email() = 'boss@example.com');
create policy "aal" on claimed for delete using ((auth.jwt() ->> 'aal') = 'aal2' and coalesce(auth.role(), 'x') = 'authenticated');
create policy "service" on settings for all using (auth.role() = 'service_role') with check (auth.role() = 'service_role');
create policy "read" on settings for select using (auth.role() in ('anon', 'authenticated'));
create policy "oops" on inverted for select using (auth.uid() is null);
create policy "oops too" on inverted for update using (auth.uid() != owner);
create policy "oops three" on inverted for delete using (coalesce(auth.uid() <> owner, true) or owner is null);
create policy "open" on blocked for all using (true);
create policy "shut" on blocked as restrictive for all using (false);
create policy "not mine" on nulls for select using (not (auth.uid() = owner and v = 'x'));
create policy "distinct" on nulls for update using (auth.uid() is distinct from owner);
create policy "case" on nulls for delete using (case when auth.uid() is null then true else false end);
-- seed
insert into teams values (1, 'x');
insert into members values (1, '00000000-0000-4000-8000-00000000000a', 'owner');
insert into documents values (1, 1, '00000000-0000-4000-8000-00000000000a', false, 'x');
insert into logs values (1, 'x');
insert into settings values (1, 'x');
insert into inverted values (1, '00000000-0000-4000-8000-00000000000a', 'x');
insert into claimed values (1, 'x');
insert into blocked values (1, 'x');
insert into nulls values (1, '00000000-0000-4000-8000-00000000000a', 'y');
insert into admins values ('00000000-0000-4000-8000-00000000000a');
-- probes
teams insert: insert into teams values (2, 'x')
teams update: update teams set name = 'y'
members insert: insert into members values (1, '00000000-0000-4000-8000-00000000000c', 'owner')
members update: update members set role = 'owner'
documents insert: insert into documents values (2, 1, '00000000-0000-4000-8000-00000000000a', false, 'x')
documents update: update documents set v = 'y'
logs insert: insert into logs values (2, 'x')
logs update: update logs set v = 'y'
settings insert: insert into settings values (2, 'x')
settings update: update settings set v = 'y'
inverted insert: insert into inverted values (2, null, 'x')
inverted update: update inverted set v = 'y'
claimed insert: insert into claimed values (2, 'x')
claimed update: update claimed set v = 'y'
blocked insert: insert into blocked values (2, 'x')
blocked update: update blocked set v = 'y'
nulls insert: insert into nulls values (2, null, 'x')
nulls update: update nulls set v = 'y'
admins insert: insert into admins values ('00000000-0000-4000-8000-00000000000c')
admins update: update admins set user_id = '00000000-0000-4000-8000-00000000000c'
