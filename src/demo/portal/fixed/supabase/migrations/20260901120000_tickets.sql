create table public.tickets (
    id bigint generated always as identity primary key,
    owner uuid not null references auth.users (id),
    body text not null
);
create index tickets_owner on public.tickets (owner);
alter table public.tickets enable row level security;
create policy "owners read their tickets" on public.tickets
    for select to authenticated using ((select auth.uid()) = owner);
create policy "owners open tickets" on public.tickets
    for insert to authenticated with check ((select auth.uid()) = owner);

create table public.profiles (
    id uuid primary key references auth.users (id),
    email text not null,
    plan text not null default 'free'
);
alter table public.profiles enable row level security;
create policy "owners read their profile" on public.profiles
    for select to authenticated using ((select auth.uid()) = id);

create table public.stripe_events (
    id text primary key,
    received_at timestamptz not null default now()
);
alter table public.stripe_events enable row level security;
revoke all on public.stripe_events from anon, authenticated;
