"""Health and metrics of the server: counted by route, never by address, person or answer."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from sampan.operations import pulse

LOG = logging.getLogger("sampan.requests")
REGISTRY = CollectorRegistry()
COUNTED_TOGETHER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name
ANSWERED = Counter("sampan_requests", "Requests answered.", ["route", "method", "status"], registry=REGISTRY)
SPENT = Histogram("sampan_request_seconds", "Time to answer.", ["route"], registry=REGISTRY)
HEALTH = "/health"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
HELP = {
    "deliveries": "Deliveries by state.",
    "findings": "Findings by state.",
    "jobs": "Jobs of the worker by state.",
    "messages": "Messages told to posts and parties.",
    "log_entries": "Entries of the log.",
    "checkpoint_age_seconds": "Since the newest checkpoint was cut.",
    "worker_silent_seconds": "Since a worker last said that it lives.",
}


class Kept(Collector):
    """What the records say, read when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each number."""
        for name, found in pulse.numbers(datetime.now(UTC)).items():
            family = GaugeMetricFamily(f"sampan_{name}", HELP[name], labels=["state"])
            for label, number in found.items():
                family.add_metric([label], number)
            yield family


def _everything() -> CollectorRegistry:
    """This process's counts, or those of all processes of the server where they share a folder; and the records'."""
    found = CollectorRegistry()
    if COUNTED_TOGETHER in os.environ:
        MultiProcessCollector(found)
    else:
        found.register(REGISTRY)
    found.register(Kept())
    return found


class Watched:
    """Middleware: counts and times every answer by its route, and writes one line of log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer as it is."""
        begin = time.perf_counter()
        answer = self.get_response(request)
        spent_s = time.perf_counter() - begin
        route = request.resolver_match.route if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        ANSWERED.labels(route, method, str(answer.status_code)).inc()
        SPENT.labels(route).observe(spent_s)
        said = {"route": route, "method": method, "status": answer.status_code, "ms": round(spent_s * 1000)}
        LOG.info("request:answered", extra={"said": said})
        return answer


class Alive:
    """Middleware: who asks whether the server lives is answered whatever name it calls the server by.

    A container or a proxy asks by a number, which is no name under which the pages may be asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Health itself; everything else as it is."""
        if request.path != HEALTH:
            return self.get_response(request)
        request.resolver_match = resolve(HEALTH)
        return health(request)


def health(_request: HttpRequest) -> HttpResponse:
    """`ok`, or 503 when the records do not answer."""
    try:
        well = pulse.answers()
    except Error:
        well = False
    return HttpResponse("ok\n" if well else "the records do not answer\n", "text/plain", 200 if well else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers in Prometheus' text form, for this machine alone or for who has the token; else as what is not there."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(generate_latest(_everything()), CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    """With a token set, only by it; without one, only from this machine and by no proxy, which speaks for anybody."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if settings.HTTPS or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
