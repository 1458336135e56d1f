"""What is usually called anonymous, in the same server, at the same moments as the real votes: the control. Each attack
must find here who answered what, or it proves nothing where it finds nothing."""

import json
import uuid
from pathlib import Path

import psycopg

SCHEMA = """
    CREATE TABLE IF NOT EXISTS naive_receipt (id serial PRIMARY KEY, person int);
    CREATE TABLE IF NOT EXISTS naive_response (id serial PRIMARY KEY, survey_id int, said jsonb);
    CREATE TABLE IF NOT EXISTS naive_request (id serial PRIMARY KEY, person int);
    CREATE TABLE IF NOT EXISTS naive_urn (survey_id int PRIMARY KEY, ballots text) WITH (autovacuum_enabled = off);
    CREATE TABLE IF NOT EXISTS naive_sealed (id uuid PRIMARY KEY, survey_id int, sealed text);
    CREATE TABLE IF NOT EXISTS naive_opened (id serial PRIMARY KEY, survey_id int, said text);
    CREATE TABLE IF NOT EXISTS naive_listed (id serial PRIMARY KEY, survey_id int, said text);
"""
CLEAR = {"naive_response": "id"}  # answers as they come, one row a ballot
LISTED = {"naive_listed": "id"}  # written at closing, in the order of the list of members
CHANGED = ["naive_urn"]  # one row that every ballot changes, never vacuumed
SEALED = ("naive_sealed", "naive_opened")  # sealed, then opened in the order of their ids


class Storage:
    def __init__(self, url: str, log: Path) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute(SCHEMA)
        self.log = log
        log.touch()

    def open(self, survey: int) -> None:
        self.survey = survey
        self.opened: dict[str, str] = {}
        self.people: dict[int, str] = {}
        self.connection.execute("INSERT INTO naive_urn VALUES (%s, '')", [survey])

    def vote(self, person: int, mark: str, link: str, said: dict[str, str]) -> None:
        """`mark` is the person's own words, in what they said."""
        place = str(uuid.uuid4())
        with self.connection.transaction():
            run = self.connection.execute
            run("INSERT INTO naive_receipt (person) VALUES (%s)", [person])
            run("INSERT INTO naive_response (survey_id, said) VALUES (%s, %s)", [self.survey, json.dumps(said)])
            run("UPDATE naive_urn SET ballots = ballots || ' ' || %s WHERE survey_id = %s", [mark, self.survey])
            run("INSERT INTO naive_sealed VALUES (%s, %s, 'sealed')", [place, self.survey])
        self.opened[place] = self.people[person] = mark
        with self.log.open("a") as log:
            log.write(f"POST {link} {json.dumps(said)}\n")

    def ask(self, person: int) -> None:
        """For a conversation."""
        self.connection.execute("INSERT INTO naive_request (person) VALUES (%s)", [person])

    def close(self) -> None:
        run = self.connection.execute
        with self.connection.transaction():
            run("UPDATE naive_urn SET ballots = '' WHERE survey_id = %s", [self.survey])
            for place in sorted(self.opened):
                run("INSERT INTO naive_opened (survey_id, said) VALUES (%s, %s)", [self.survey, self.opened[place]])
            for person in sorted(self.people):
                run("INSERT INTO naive_listed (survey_id, said) VALUES (%s, %s)", [self.survey, self.people[person]])
