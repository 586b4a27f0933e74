-- migrations
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE SCHEMA IF NOT EXISTS "private";
CREATE TABLE IF NOT EXISTS "public"."Orders" (
    "id" bigint NOT NULL,
    "userId" "uuid" NOT NULL,
    "total" numeric(10,2) DEFAULT 0
);
ALTER TABLE "public"."Orders" OWNER TO "postgres";
CREATE TABLE IF NOT EXISTS "public"."prices" ("id" bigint NOT NULL, "cents" integer);
CREATE TABLE IF NOT EXISTS "private"."ledger" ("id" bigint NOT NULL, "cents" integer);
CREATE TABLE IF NOT EXISTS "public"."audit" ("id" bigint NOT NULL, "entry" text);
ALTER TABLE ONLY "public"."Orders" ADD CONSTRAINT "Orders_pkey" PRIMARY KEY ("id");
CREATE POLICY "Enable all for owner" ON "public"."Orders" USING ((( SELECT "auth"."uid"() AS "uid") = "userId")) WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "userId"));
CREATE POLICY "Enable read access for all users" ON "public"."prices" FOR SELECT USING (true);
CREATE POLICY "Enable update for authenticated users only" ON "public"."prices" FOR UPDATE TO "authenticated" USING (true) WITH CHECK (true);
ALTER TABLE "public"."Orders" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "public"."prices" ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA "public" TO "postgres";
GRANT USAGE ON SCHEMA "public" TO "anon";
GRANT ALL ON TABLE "public"."Orders" TO "anon";
GRANT ALL ON TABLE "public"."Orders" TO "authenticated";
GRANT SELECT ON TABLE "public"."prices" TO "anon";
REVOKE ALL ON TABLE "public"."audit" FROM "anon", "authenticated";
GRANT INSERT("id"), SELECT("id") ON TABLE "public"."audit" TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES  TO "anon";
RESET ALL;
-- seed
insert into public."Orders" values (1, '00000000-0000-4000-8000-00000000000a', 1), (2, '00000000-0000-4000-8000-00000000000a', 1);
insert into public.prices values (1, 1);
insert into private.ledger values (1, 1);
insert into public.audit values (1, 'x');
-- probes
Orders insert: insert into public."Orders" values (9, '00000000-0000-4000-8000-00000000000a', 1)
Orders update: update public."Orders" set total = 2
prices insert: insert into public.prices values (2, 1)
prices update: update public.prices set cents = 2
private.ledger insert: insert into private.ledger values (2, 1)
private.ledger update: update private.ledger set cents = 2
audit insert: insert into public.audit (id) values (2)
audit update: update public.audit set entry = 'x'
