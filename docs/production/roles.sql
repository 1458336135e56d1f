-- Two roles. `maintenance` owns the tables: it migrates and cleans. `application` reads and writes rows, and no more.
-- Run by a superuser, at the first start and again as often as one likes:
--     psql -v ON_ERROR_STOP=1 -d cmtl -f docs/production/roles.sql
-- Where the passwords are not files of /run/secrets: -v application_password=… -v maintenance_password=…
\if :{?application}
\else
\set application application
\endif
\if :{?maintenance}
\else
\set maintenance maintenance
\endif
\if :{?application_password}
\else
\set application_password `cat /run/secrets/database_password`
\endif
\if :{?maintenance_password}
\else
\set maintenance_password `cat /run/secrets/maintenance_password`
\endif

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'application', :'maintenance']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"application" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'application_password';
ALTER ROLE :"maintenance" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'maintenance_password';

-- Nobody else comes in.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I, %I', current_database(), :'application', :'maintenance') \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- What is there already belongs to the maintenance; sequences follow their tables.
ALTER SCHEMA public OWNER TO :"maintenance";
SELECT format('ALTER TABLE %I.%I OWNER TO %I', schemaname, tablename, :'maintenance')
    FROM pg_tables WHERE schemaname = 'public' \gexec
SELECT format('ALTER ROUTINE %s OWNER TO %I', pg_proc.oid::regprocedure, :'maintenance')
    FROM pg_proc LEFT JOIN pg_depend ON pg_depend.objid = pg_proc.oid AND deptype = 'e'
    WHERE pronamespace = 'public'::regnamespace AND deptype IS NULL \gexec

-- Rows, now and after each migration. Neither TRUNCATE, nor REFERENCES, nor TRIGGER.
GRANT USAGE ON SCHEMA public TO :"application";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"application";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"application";
ALTER DEFAULT PRIVILEGES FOR ROLE :"maintenance" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"application";
ALTER DEFAULT PRIVILEGES FOR ROLE :"maintenance" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"application";

-- The superuser comes in from the server's own machine only, without a password: no process of the site has one.
\if :{?superuser_keeps_its_password}
\else
ALTER ROLE CURRENT_USER PASSWORD NULL;
\endif
