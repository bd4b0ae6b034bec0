"""A process that sends mail: one round for each line of its input, at the moment that the line names.

"jobs MOMENT" runs what is due, as a worker does; "mail MOMENT" sends without asking whether another process does so
already. Started and killed by tests/soak/mails.py. Its arguments are the instance and the port of the mail server.
"""

import sys
from dataclasses import replace
from datetime import datetime

from tracker import clock, jobs
from tracker.attachments.storage import Storage
from tracker.cli_context import application
from tracker.config import load_settings
from tracker.db import db, transaction
from tracker.notifications import rounds

WANTED = ("tell_people", "take_due_acts")


def main(instance: str, port: str) -> None:
    """Work until the input ends."""
    settings = load_settings(
        {
            "TRACKER_INSTANCE": instance,
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": port,
            "TRACKER_SMTP_SECURITY": "none",
            "TRACKER_SMTP_FROM": "tracker@example.vn",
        }
    )
    settings = replace(settings, busy_timeout_ms=settings.job_busy_timeout_ms)
    with application(settings):
        storage = Storage.of(settings)
        some = tuple(job for job in jobs.jobs_of(settings) if job.name in WANTED)
        print("ready", flush=True)
        for line in sys.stdin:
            what, moment = line.split()
            with clock.travel(datetime.fromisoformat(moment)):
                if what == "jobs":
                    jobs.run_due(storage, jobs.owner_name(), some)
                else:
                    rounds.tell_people(db.session, transaction, settings)
            print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
