"""What does the thread of one host do? Connect, serve a session, and begin anew after a failure."""

import logging
import threading

from django.db import DatabaseError, connection

from hosts.addresses import address_of
from hosts.failures import TooOldError, explain
from hosts.models import Host
from hosts.pinning import pin_first_key
from hosts.services.managing import probe_once
from hosts.watching.inbox import Inbox
from hosts.watching.pace import Pace
from hosts.watching.report import report_failure
from hosts.watching.session import Session
from hosts.watching.waiting import delay_after, wait
from virt.errors import VirtError
from virt.uri import HostAddress

log = logging.getLogger(__name__)
DATABASE_DELAY = 2.0


class HostThread(threading.Thread):
    """Watch one host until stopped. Errors of the host and of the database never end it."""

    def __init__(self, host_id: int, name: str, pace: Pace) -> None:
        super().__init__(name=f"host-{name}", daemon=True)
        self.host_id = host_id
        self._pace = pace
        self._is_stopped = False
        self._tries = 0
        self._inbox = Inbox()

    def stop(self) -> None:
        """Ask the thread to end; it may be inside a call to a frozen host for 20 s."""
        self._is_stopped = True
        self._inbox.stop()

    def rescan(self) -> None:
        """Read everything again, or try at once while the host is lost."""
        self._inbox.rescan()

    def poke(self) -> None:
        """Look at the pace again: somebody began to watch."""
        self._inbox.poke()

    def run(self) -> None:
        """Serve sessions until stopped."""
        while True:
            self._inbox = Inbox()
            if self._is_stopped:
                return
            self._serve_once()
            connection.close()

    def _serve_once(self) -> None:
        addr: HostAddress | None = None
        host: Host | None = None
        try:
            host = Host.objects.get(pk=self.host_id)
            pin_first_key(host)
            addr = address_of(host)
            with Session(host, addr, self._inbox, self._pace) as session:
                session.open()
                self._tries = 0
                probe_once(host)
                session.serve()
        except Host.DoesNotExist:
            self._is_stopped = True
        except (VirtError, TooOldError, ValueError, OSError) as error:
            if not self._inbox.is_stopped:
                self._failed(host, addr, error)
        except DatabaseError as error:
            log.warning("host %s: database: %s", self.name, error)
            connection.close()
            self._inbox.take(DATABASE_DELAY)

    def _failed(self, host: Host | None, addr: HostAddress | None, error: Exception) -> None:
        if host is None:
            return
        self._tries += 1
        seconds = delay_after(self._tries, addr)
        failure = explain(host, addr, error, was_online=host.is_online)
        log.info("host %s: %s %s", self.name, failure.code, failure.detail)
        report_failure(host, failure, seconds)
        connection.close()
        wait(self._inbox, seconds, addr)
