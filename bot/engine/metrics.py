"""What an operator's Prometheus reads. A scrape touches neither database nor Slack: what needs a question is from
the last audit. No label names an incident, a person, a channel or anything that somebody wrote."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from bot.engine.audit.auditor import Audit
from bot.engine.outbox import Outcome
from bot.incidents.terms import Severity
from bot.kernel.effect import OwedEffect, Urgency
from bot.llm.model import Call
from bot.slack.calls import CallOutcome

LAG_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
PAID_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 21_600)  # an effect is borne for six hours


class Metrics:
    """Its methods are what the parts of the bot are given to tell."""

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        self._registry = registry
        Info("tocsin_build", "The version that runs.", registry=registry).info({"version": version})
        self._ready = Gauge("tocsin_ready", "1 if /readyz answers 200.", registry=registry)
        self._beat = Gauge(
            "tocsin_engine_seconds_since_beat", "Since the engine last looked for what is due.", registry=registry
        )
        self._lag = Histogram(
            "tocsin_event_loop_lag_seconds", "How late the event loop comes to what is due, asked ten times a second.",
            buckets=LAG_BUCKETS, registry=registry,
        )  # fmt: skip
        self._effects = Counter(
            "tocsin_effects_total", "Attempts at effects, by what came of them.", ["kind", "outcome"], registry=registry
        )
        self._paid = Histogram(
            "tocsin_effect_seconds", "From owed to done.", ["urgency"], buckets=PAID_BUCKETS, registry=registry
        )
        self._calls = Counter(
            "tocsin_slack_calls_total", "Calls of Slack's Web API.", ["method", "outcome"], registry=registry
        )
        self._questions = Counter(
            "tocsin_model_calls_total", "Calls of the language model.", ["task", "outcome"], registry=registry
        )
        self._tokens = Counter(
            "tocsin_model_tokens_total", "Tokens, as the model's server counted.", ["way"], registry=registry
        )
        self._of_audits(registry)

    def _of_audits(self, registry: CollectorRegistry) -> None:
        self._open = Gauge(
            "tocsin_effects_open", "Effects owed and not done, when last audited.", ["urgency"], registry=registry
        )
        self._incidents = Gauge(
            "tocsin_incidents_open", "Incidents that go on, when last audited.", ["severity"], registry=registry
        )
        self._findings = Gauge(
            "tocsin_audit_findings", "What the last audit found wrong, 0 if nothing.", ["check"], registry=registry
        )
        self._oldest = Gauge(
            "tocsin_audit_oldest_seconds", "How late the oldest of a check's findings is.", ["check"], registry=registry
        )
        self._audited = Gauge("tocsin_audit_at_seconds", "When last audited, in Unix time.", registry=registry)

    def watch(self, unready: Callable[[], str | None], seconds_since_beat: Callable[[], float]) -> None:
        """These are asked at each scrape."""
        self._ready.set_function(lambda: float(unready() is None))
        self._beat.set_function(seconds_since_beat)

    def lagged(self, seconds: float) -> None:
        self._lag.observe(seconds)

    def called(self, method: str, outcome: CallOutcome) -> None:
        self._calls.labels(method, outcome.value).inc()

    def asked(self, call: Call) -> None:
        self._questions.labels(call.task, str(call.outcome)).inc()
        self._tokens.labels("in").inc(call.tokens_in or 0)
        self._tokens.labels("out").inc(call.tokens_out or 0)

    def tried(self, effect: OwedEffect, outcome: Outcome, now: datetime) -> None:
        self._effects.labels(effect.kind, outcome.value).inc()
        if outcome is Outcome.DONE:
            took = max(0.0, (now - effect.created_at).total_seconds())
            self._paid.labels(Urgency(effect.urgency).name.lower()).observe(took)

    def audited(self, audit: Audit) -> None:
        self._audited.set(audit.at.timestamp())
        for urgency in Urgency:
            self._open.labels(urgency.name.lower()).set(audit.effects.get(urgency, 0))
        for severity in Severity:
            self._incidents.labels(severity.value).set(audit.incidents.get(severity, 0))
        for gauge in (self._findings, self._oldest):
            gauge.clear()
        for finding in audit.findings:
            self._findings.labels(finding.name).set(finding.count)
            self._oldest.labels(finding.name).set(finding.oldest.total_seconds() if finding.count else 0)

    def page(self) -> bytes:
        return generate_latest(self._registry)
